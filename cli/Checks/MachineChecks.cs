using System.Runtime.InteropServices;
using Idp.Embedded;

namespace Idp.Cli.Checks;

/// <summary>Whether this machine has what the embedded servers need.</summary>
internal sealed class MachineChecks(IdpHome home)
{
    private const UnixFileMode Passable = UnixFileMode.OtherExecute;

    public IEnumerable<Task<CheckResult>> All(CancellationToken cancellationToken) =>
    [
        CheckResult.OfAsync(".net", "install the .NET SDK 10", _ => Task.FromResult(RuntimeInformation.FrameworkDescription), cancellationToken),
        CheckResult.OfAsync("postgresql", "install PostgreSQL 15 or newer, for example apt-get install postgresql", PostgresAsync, cancellationToken),
        CheckResult.OfAsync(
            "workflow engine", "build the whole solution; not needed with a Temporal cluster", _ => Task.FromResult(EmbeddedEngine.Find()), cancellationToken),
        CheckResult.OfAsync("data folder", $"choose another one with --data or {IdpHome.Variable}", _ => Task.FromResult(Folder()), cancellationToken),
        CheckResult.OfAsync("ports", "allow processes to listen on loopback", _ => Task.FromResult(Ports()), cancellationToken),
    ];

    private static async Task<string> PostgresAsync(CancellationToken cancellationToken)
    {
        var found = await PostgresBinaries.FindAsync(binFolder: null, major: null, cancellationToken);
        return $"version {found.Major} in {found.Folder}";
    }

    private string Folder()
    {
        home.Create();
        var probe = Path.Combine(home.Folder, $".doctor-{Environment.ProcessId}");
        File.WriteAllText(probe, string.Empty);
        File.Delete(probe);
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Closed(home.Folder) is { } closed)
        {
            throw new CheckWarning($"{home.Folder}: {closed} lets nobody but its owner through, and PostgreSQL runs as another user");
        }

        return $"{home.Folder} is writable";
    }

    private static string? Closed(string folder)
    {
        for (var parent = folder; parent is not null; parent = Path.GetDirectoryName(parent))
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(parent) & Passable) == 0)
            {
                return parent;
            }
        }

        return null;
    }

    private static string Ports()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return "loopback ports are free to use";
    }
}
