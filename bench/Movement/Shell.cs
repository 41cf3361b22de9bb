using System.Diagnostics;
using Idp.Embedded;
using Npgsql;

namespace Idp.Bench.Movement;

/// <summary>Runs the peers: command lines of PostgreSQL's own tools.</summary>
internal static class Shell
{
    /// <summary>Runs a line of shell; the clusters' addresses are in <c>$SOURCE</c> and <c>$TARGET</c>, their password where libpq looks for it.</summary>
    /// <returns>How long it took, and what it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public static async Task<(TimeSpan Took, string Output)> RunAsync(
        string line, PostgresCluster source, PostgresCluster target, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("bash", ["-c", "set -eo pipefail; " + line]) { RedirectStandardError = true, RedirectStandardOutput = true };
        var passFile = Path.GetTempFileName();
        await File.WriteAllLinesAsync(passFile, [Pass(source), Pass(target)], cancellationToken);
        start.Environment["PGPASSFILE"] = passFile;
        start.Environment["SOURCE"] = Uri(source);
        start.Environment["TARGET"] = Uri(target);
        start.Environment["PATH"] = $"{(await PostgresBinaries.FindAsync(binFolder: null, major: null, cancellationToken)).Folder}:{Environment.GetEnvironmentVariable("PATH")}";
        try
        {
            var started = Stopwatch.GetTimestamp();
            using var process = Process.Start(start)!;
            await using var killing = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            var took = Stopwatch.GetElapsedTime(started);
            cancellationToken.ThrowIfCancellationRequested();
            return process.ExitCode == 0 ? (took, output) : throw new InvalidOperationException($"'{line}' ended with {process.ExitCode}: {await error}");
        }
        finally
        {
            File.Delete(passFile);
        }
    }

    /// <summary>Whether a peer is installed.</summary>
    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string Uri(PostgresCluster cluster) => $"postgresql://{cluster.Username}@{cluster.Host}:{cluster.Port}/{cluster.Database}";

    private static string Pass(PostgresCluster cluster) =>
        $"{cluster.Host}:{cluster.Port}:*:{cluster.Username}:{new NpgsqlConnectionStringBuilder(cluster.ConnectionString).Password}";
}
