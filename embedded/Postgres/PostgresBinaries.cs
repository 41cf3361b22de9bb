using System.Globalization;
using System.Text.RegularExpressions;

namespace Idp.Embedded;

/// <summary>Server programs of one PostgreSQL version.</summary>
/// <param name="Folder">Holds <c>postgres</c> and <c>initdb</c>.</param>
/// <param name="Major">At least <see cref="MinMajor"/>.</param>
public sealed partial record PostgresBinaries(string Folder, int Major)
{
    /// <summary>The oldest version we support.</summary>
    public const int MinMajor = 15;

    private const string DebianFolder = "/usr/lib/postgresql";

    private const string HowToInstall = """
        Install the server programs:
          Debian, Ubuntu:  apt-get install postgresql   (also creates a system cluster, which we do not use)
          Fedora, RHEL:    dnf install postgresql-server
          Alpine:          apk add postgresql
          macOS:           brew install postgresql@17, then put its bin folder on PATH
        """;

    public string Postgres => Path.Combine(Folder, "postgres");

    public string InitDb => Path.Combine(Folder, "initdb");

    /// <summary>Looks in <paramref name="binFolder"/> alone if given; else on PATH, in /usr/lib/postgresql, and where pg_config points.</summary>
    /// <param name="major">The version an existing data folder needs; null for any.</param>
    /// <exception cref="EmbeddedServerException">None was found, or only ones too old; the message says how to install one.</exception>
    public static Task<PostgresBinaries> FindAsync(string? binFolder, int? major, CancellationToken cancellationToken) =>
        FindAsync(binFolder, major, Environment.GetEnvironmentVariable("PATH"), DebianFolder, cancellationToken);

    internal static async Task<PostgresBinaries> FindAsync(
        string? binFolder, int? major, string? path, string debianFolder, CancellationToken cancellationToken)
    {
        var searched = new List<string>();
        await foreach (var folder in CandidatesAsync(binFolder, path, debianFolder, cancellationToken))
        {
            if (await ReadAsync(folder, cancellationToken) is not { } found)
            {
                searched.Add(folder);
            }
            else if (found.Major < MinMajor || (major is { } wanted && found.Major != wanted))
            {
                searched.Add($"{folder} (version {found.Major})");
            }
            else
            {
                return found;
            }
        }

        var version = major is { } exact ? $"{exact}, which made the data folder," : $"{MinMajor} or newer";
        throw new EmbeddedServerException(
            $"PostgreSQL {version} was not found; searched {string.Join(", ", searched.Distinct())}.\n{HowToInstall}");
    }

    private static async IAsyncEnumerable<string> CandidatesAsync(
        string? binFolder,
        string? path,
        string debianFolder,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (binFolder is not null)
        {
            yield return binFolder;
            yield break;
        }

        foreach (var folder in Executables.SearchPath(path))
        {
            if (File.Exists(Path.Combine(folder, "postgres")))
            {
                // A link on PATH may stand there alone, without initdb beside it.
                var target = File.ResolveLinkTarget(Path.Combine(folder, "postgres"), returnFinalTarget: true);
                yield return target is null ? folder : Path.GetDirectoryName(target.FullName)!;
            }
        }

        if (Directory.Exists(debianFolder))
        {
            var versions = Directory.GetDirectories(debianFolder)
                .OrderByDescending(folder => double.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var v) ? v : 0);
            foreach (var folder in versions)
            {
                yield return Path.Combine(folder, "bin");
            }
        }

        foreach (var folder in Executables.SearchPath(path))
        {
            var pgConfig = Path.Combine(folder, "pg_config");
            if (File.Exists(pgConfig))
            {
                yield return await ChildProcess.RunAsync(
                    new ChildProcessOptions { Program = pgConfig, Arguments = ["--bindir"] }, cancellationToken);
                yield break;
            }
        }
    }

    private static async Task<PostgresBinaries?> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var binaries = new PostgresBinaries(folder, MinMajor);
        if (!File.Exists(binaries.Postgres) || !File.Exists(binaries.InitDb))
        {
            return null;
        }

        var answer = await ChildProcess.RunAsync(
            new ChildProcessOptions { Program = binaries.Postgres, Arguments = ["--version"] }, cancellationToken);
        return VersionPattern().Match(answer) is { Success: true } match
            ? binaries with { Major = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) }
            : null;
    }

    [GeneratedRegex(@"PostgreSQL\) (\d+)")]
    private static partial Regex VersionPattern();
}
