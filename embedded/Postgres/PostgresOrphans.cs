using System.Globalization;

namespace Idp.Embedded;

/// <summary>Ends what an earlier life left running in a data folder. Call only with the folder's lock held.</summary>
internal sealed class PostgresOrphans(PostgresFolder folder, TimeProvider clock)
{
    private static readonly TimeSpan FastTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(10);

    // The end of a process that is not our child raises no event.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.PostmasterPidFile))
        {
            return;
        }

        var recorded = RecordedPid();
        var running = Running();
        if (recorded is { } postmaster && running.Contains(postmaster))
        {
            UnixSignals.Send(postmaster, UnixSignal.Interrupt);
            await WaitForEndAsync(FastTimeout, cancellationToken);
        }

        // Sessions whose postmaster was killed hold the shared memory, and the next start would refuse.
        foreach (var pid in Running())
        {
            UnixSignals.Send(pid, UnixSignal.Kill);
        }

        if (!await WaitForEndAsync(KillTimeout, cancellationToken))
        {
            throw new EmbeddedServerException(
                $"Processes {string.Join(", ", Running())} of an earlier run still use {folder.Data}. End them, then start again.");
        }

        // PostgreSQL refuses to start when the recorded id now belongs to any other process of its account.
        if (recorded is { } pidOfAnother && Directory.Exists($"/proc/{pidOfAnother}"))
        {
            File.Delete(folder.PostmasterPidFile);
        }
    }

    /// <summary>Every PostgreSQL process of this cluster: the data folder is the current folder of each.</summary>
    internal IReadOnlyList<int> Running()
    {
        if (!OperatingSystem.IsLinux())
        {
            // No /proc: PostgreSQL's own check of the recorded id must do.
            return [];
        }

        return
        [
            .. Directory.EnumerateDirectories("/proc")
                .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
                .Where(pid => pid > 1 && CurrentFolder(pid) == folder.Data),
        ];
    }

    private static string? CurrentFolder(int pid)
    {
        try
        {
            return Directory.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: false)?.FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Ended meanwhile, or another user's: not one of ours.
            return null;
        }
    }

    private int? RecordedPid() =>
        int.TryParse(File.ReadLines(folder.PostmasterPidFile).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid) && pid > 1 ? pid : null;

    private async Task<bool> WaitForEndAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        while (Running().Count > 0)
        {
            if (clock.GetElapsedTime(started) > timeout)
            {
                return false;
            }

            await Task.Delay(PollInterval, clock, cancellationToken);
        }

        return true;
    }
}
