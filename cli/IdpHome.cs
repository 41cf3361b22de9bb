namespace Idp.Cli;

/// <summary>The data folder of one installation: its configuration, its API token and, in the demo, its databases.</summary>
public sealed class IdpHome
{
    public const string Variable = "IDP_HOME";

    /// <param name="folder">Any path; it need not exist.</param>
    public IdpHome(string folder) => Folder = Path.GetFullPath(folder);

    public string Folder { get; }

    /// <summary>The configuration that every process of this installation reads; holds passwords, so mode 0600.</summary>
    public string ConfigFile => Path.Combine(Folder, "idp.json");

    /// <summary>The API's bearer token, mode 0600.</summary>
    public string TokenFile => Path.Combine(Folder, "api-token");

    /// <summary>Where the running API listens; written when it has started.</summary>
    public string ApiUrlFile => Path.Combine(Folder, "api-url");

    /// <summary>The demo's installation inside this folder.</summary>
    public IdpHome Demo => new(Path.Combine(Folder, "demo"));

    /// <summary>What commands work with: this folder, or the demo's while nothing else is configured here.</summary>
    public IdpHome Installation => !File.Exists(ConfigFile) && File.Exists(Demo.ConfigFile) ? Demo : this;

    /// <summary>Finds the folder: what was given, else IDP_HOME, else the place of this kind of user.</summary>
    /// <remarks>Root's is not its home: PostgreSQL then runs as another user, which must be able to pass through to its files.</remarks>
    public static IdpHome Find(string? given)
    {
        if (!string.IsNullOrWhiteSpace(given ?? Environment.GetEnvironmentVariable(Variable)))
        {
            return new IdpHome((given ?? Environment.GetEnvironmentVariable(Variable))!);
        }

        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess)
        {
            return new IdpHome("/var/lib/idp");
        }

        var data = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        return new IdpHome(Path.Combine(data, "idp"));
    }

    /// <summary>Creates the folder, so that other users may pass through it but not list it.</summary>
    public void Create()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Folder);
            return;
        }

        Directory.CreateDirectory(Folder, (UnixFileMode)0b111_001_001);
    }

    /// <summary>Replaces a file at once, readable by its owner only.</summary>
    public static void WriteSecret(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var fresh = $"{path}.{Environment.ProcessId}.new";
        using (var writer = new StreamWriter(fresh, options))
        {
            writer.Write(text);
        }

        File.Move(fresh, path, overwrite: true);
    }
}
