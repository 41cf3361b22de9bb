using System.Globalization;
using System.Text.RegularExpressions;
using Idp.Storage.Regions;

namespace Idp.Bench.Movement;

/// <summary>How much slower others get at the source while one object is copied at a quarter of the pipe's rate.</summary>
/// <remarks>
/// Regions do not share machines. So the source and its load get one processor, the target and the mover another. On shared
/// processors, reported too, a quarter of the pipe's rate takes what the pipe takes at that rate: a quarter of the machine.
/// </remarks>
internal sealed partial class LoadSlowdown(TwoStores stores, double pipeBytesPerSecond)
{
    private const int Seconds = 8;
    private const int Rounds = 3;
    private const int Rows = 400_000;

    // Reads and writes single rows of objects that stay, in the table that the copy reads.
    private const string Script = """
        \set t random(1, 50)
        \set i random(1, 1000)
        \startpipeline
        SELECT idp.enter('items', 'f' || :t, 1);
        SELECT body FROM item WHERE tenant = 'f' || :t AND id = :i;
        UPDATE item SET version = version + 1 WHERE tenant = 'f' || :t AND id = :i;
        \endpipeline

        """;

    private string _loadProcessors = string.Create(CultureInfo.InvariantCulture, $"0-{Environment.ProcessorCount - 1}");

    public async Task AddAsync(Dictionary<string, double> figures, CancellationToken cancellationToken)
    {
        for (var tenant = 1; tenant <= 50; tenant++)
        {
            await stores.BearAsync(string.Create(CultureInfo.InvariantCulture, $"f{tenant}"), 1_000, cancellationToken);
        }

        await stores.BearAsync("quarter", Rows, cancellationToken);
        (figures["loadSlowdownOnSharedProcessors"], figures["sharedLoadSlowdownCopyMbPerSecond"]) = await MeasureAsync(cancellationToken);
        if (!Shell.Has("taskset") || Environment.ProcessorCount < 2)
        {
            throw new InvalidOperationException("loadSlowdown needs two processors and taskset (Debian: util-linux).");
        }

        await PinAsync("0", "1", Environment.ProcessId, cancellationToken);
        (figures["loadSlowdown"], figures["loadSlowdownCopyMbPerSecond"]) = await MeasureAsync(cancellationToken);
        var all = string.Create(CultureInfo.InvariantCulture, $"0-{Environment.ProcessorCount - 1}");
        await PinAsync(all, all, Environment.ProcessId, cancellationToken);
    }

    private async Task<(double Slowdown, double CopyMbPerSecond)> MeasureAsync(CancellationToken cancellationToken)
    {
        var slowdowns = new List<double>();
        var rates = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var alone = await RunAsync(cancellationToken);
            var mover = stores.Mover(
                "quarter", TwoStores.Here, TwoStores.There, stores.NextMove(), new MoverOptions { MaxBytesPerSecond = (long)(pipeBytesPerSecond / 4) });
            await mover.StartAsync(cancellationToken);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var bytes = 0L;
            var copying = mover.CopyAsync(progress => bytes = progress.SizeBytes, stop.Token);
            var during = await RunAsync(cancellationToken);
            rates.Add(bytes / (double)Seconds);
            await stop.CancelAsync();
            try
            {
                await copying;
            }
            catch (OperationCanceledException)
            {
                // It had more to copy than the load lasted, as it should.
            }

            await mover.ResolveAsync(cancellationToken);
            await mover.UndoAsync(cancellationToken);
            slowdowns.Add(1 - (during / alone));
        }

        return (slowdowns.Order().ElementAt(Rounds / 2), rates.Average() / 1e6);
    }

    // The load is started by the shell of this process, which is pinned with the target: it says itself where it runs.
    private async Task PinAsync(string source, string target, int mover, CancellationToken cancellationToken)
    {
        _loadProcessors = source;
        foreach (var (processors, pid) in new[] { (source, stores.Source.PostmasterPid), (target, stores.Target.PostmasterPid), (target, mover) })
        {
            await Shell.RunAsync(
                string.Create(CultureInfo.InvariantCulture, $"for p in {pid} $(pgrep -P {pid} || true); do taskset -acp {processors} $p >/dev/null || [ ! -d /proc/$p ]; done"),
                stores.Source,
                stores.Target,
                cancellationToken);
        }
    }

    private async Task<double> RunAsync(CancellationToken cancellationToken)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script, cancellationToken);
            var (_, output) = await Shell.RunAsync(
                string.Create(CultureInfo.InvariantCulture, $"taskset -c {_loadProcessors} pgbench -n -M prepared -c 4 -j 1 -T {Seconds} -f {script} \"$SOURCE\""), stores.Source, stores.Target, cancellationToken);
            return double.Parse(Tps().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(script);
        }
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Tps();
}
