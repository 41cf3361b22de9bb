using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Idp.Embedded;

/// <summary>The files of one cluster: <c>data/</c>, <c>password</c>, <c>postgres.log</c>, and the owner's lock.</summary>
internal sealed class PostgresFolder(PostgresClusterOptions options)
{
    public const string Superuser = "idp";
    private const int PasswordBytes = 24;

    private readonly string _root = Canonical(options.DataFolder);

    public string Root => _root;

    public string Data => Path.Combine(_root, "data");

    public string LogFile => Path.Combine(_root, "postgres.log");

    public string PostmasterPidFile => Path.Combine(Data, "postmaster.pid");

    /// <summary>The account servers run as, or null for our own.</summary>
    public string? RunAs { get; } = Environment.IsPrivilegedProcess ? options.RunAs : null;

    private string PasswordFile => Path.Combine(_root, "password");

    // Filled by initdb and then renamed, so that a data folder is whole or absent.
    private string Unfinished => Path.Combine(_root, "data.new");

    /// <summary>The version that made the data, or null when there is none yet.</summary>
    public int? Major()
    {
        var file = Path.Combine(Data, "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : null;
    }

    public string ReadPassword() => File.ReadAllText(PasswordFile).Trim();

    public void CreateRoot()
    {
        if (!Directory.Exists(_root))
        {
            // As root the server's account passes through; the data folder itself stays closed to others.
            var others = RunAs is null ? UnixFileMode.None : UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            CreateFolder(_root, Owner | others);
        }
    }

    /// <exception cref="EmbeddedServerException">We are root, and the server's account is missing or cannot reach the folder.</exception>
    public async Task CheckAccountAsync(CancellationToken cancellationToken)
    {
        if (RunAs is null)
        {
            return;
        }

        if (await TryRunAsync("id", ["-u", RunAs], runAs: null, cancellationToken) is null)
        {
            throw new EmbeddedServerException(
                $"PostgreSQL refuses to run as root, and there is no account '{RunAs}' to run it as. Create it:\n" +
                $"  useradd --system --create-home {RunAs}\nor run this program as an ordinary user.");
        }

        if (Executables.Find("setpriv") is null)
        {
            throw new EmbeddedServerException(
                "Running PostgreSQL as another account needs setpriv. Install it: apt-get install util-linux (Alpine: apk add util-linux).");
        }

        const string FirstClosed = """while [ $# -gt 0 ]; do [ -x "$1" ] || { echo "$1"; exit 0; }; shift; done""";
        var closed = await TryRunAsync("/bin/sh", ["-c", FirstClosed, "sh", .. FromTop(_root)], RunAs, cancellationToken);
        if (!string.IsNullOrEmpty(closed))
        {
            throw new EmbeddedServerException(
                $"The account '{RunAs}', which runs PostgreSQL, cannot pass through {closed} on the way to {_root}. " +
                $"Allow it (chmod o+x {closed}), or choose a data folder elsewhere, for example below /var/lib.");
        }
    }

    /// <summary>Makes the data folder unless it exists. A start that died half way is begun anew.</summary>
    public async Task CreateDataAsync(PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        if (Directory.Exists(Unfinished))
        {
            Directory.Delete(Unfinished, recursive: true);
        }

        await WritePasswordAsync(cancellationToken);
        CreateFolder(Unfinished, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (RunAs is not null)
        {
            await ChildProcess.RunAsync(Options("chown", [RunAs, Unfinished, PasswordFile]), cancellationToken);
        }

        string[] sync = options.Durable ? [] : ["--no-sync"];
        await ChildProcess.RunAsync(
            Options(
                binaries.InitDb,
                [
                    "--pgdata", Unfinished, "--username", Superuser, "--pwfile", PasswordFile,
                    "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", .. sync,
                ],
                RunAs),
            cancellationToken);
        Directory.Move(Unfinished, Data);
    }

    /// <summary>Written at each start, so that changed options take effect. ALTER SYSTEM still wins.</summary>
    public void WriteSettings(int port)
    {
        var onOff = options.Durable ? "on" : "off";
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen_addresses"] = "127.0.0.1",
            ["unix_socket_directories"] = string.Empty,
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["cluster_name"] = options.Name,
            ["max_connections"] = options.MaxConnections.ToString(CultureInfo.InvariantCulture),
            ["password_encryption"] = "scram-sha-256",
            ["shared_buffers"] = $"{options.SharedBuffersMb}MB",
            ["huge_pages"] = "off",
            ["jit"] = "off",
            ["max_wal_size"] = "256MB",
            ["checkpoint_timeout"] = "1min",
            ["fsync"] = onOff,
            ["full_page_writes"] = onOff,

            // No logical subscriptions here; this saves a process in each cluster.
            ["max_logical_replication_workers"] = "0",

            // Errors go to stderr, which we read: bounded on disk, and quoted when a start fails.
            ["logging_collector"] = "off",
            ["log_checkpoints"] = "off",
            ["log_line_prefix"] = "%m [%p] ",
            ["lc_messages"] = "C",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
        };
        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        var text = new StringBuilder("# Written by idp at each start; changes made here are lost. Use ALTER SYSTEM.\n");
        foreach (var (name, value) in settings)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'\n");
        }

        File.WriteAllText(Path.Combine(Data, "postgresql.conf"), text.ToString());
    }

    private static void CreateFolder(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            File.SetUnixFileMode(path, mode);
        }
    }

    // The kernel reports folders without links, and orphans are found by their folder: a link must not hide them.
    private static string Canonical(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Path.GetDirectoryName(full) is not { } parent)
        {
            return full;
        }

        var here = Path.Combine(Canonical(parent), Path.GetFileName(full));
        return Directory.Exists(here) && Directory.ResolveLinkTarget(here, returnFinalTarget: true) is { } target
            ? Canonical(target.FullName)
            : here;
    }

    private static Stack<string> FromTop(string folder)
    {
        var up = new Stack<string>();
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            up.Push(at.FullName);
        }

        return up;
    }

    private async Task WritePasswordAsync(CancellationToken cancellationToken)
    {
        File.Delete(PasswordFile);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes));
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(PasswordFile, create);
        await writer.WriteLineAsync(password.AsMemory(), cancellationToken);
    }

    private async Task<string?> TryRunAsync(string program, string[] arguments, string? runAs, CancellationToken cancellationToken)
    {
        await using var child = await ChildProcess.StartAsync(Options(program, arguments, runAs), cancellationToken);
        return await child.Exited.WaitAsync(cancellationToken) == 0 ? child.LastOutput : null;
    }

    // The root folder: our own current folder may be closed to the server's account.
    private ChildProcessOptions Options(string program, string[] arguments, string? runAs = null) => new()
    {
        Program = program,
        Arguments = [.. arguments],
        RunAs = runAs,
        WorkingFolder = Directory.Exists(_root) && runAs is null ? _root : "/",
        TimeProvider = options.TimeProvider,
    };
}
