using System.Globalization;
using Idp.Storage.Regions;

namespace Idp.Bench.Movement;

/// <summary>How much slower others get at the source while one object is copied at a quarter of the pipe's rate.</summary>
/// <remarks>
/// Regions do not share machines. So the source and its load get one processor, the target and the mover another. On shared
/// processors, reported too, a quarter of the pipe's rate takes what the pipe takes at that rate: a quarter of the machine.
/// </remarks>
internal sealed class LoadSlowdown(TwoStores stores, double pipeBytesPerSecond)
{
    private const int Clients = 4;
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

    private static readonly string AllProcessors = string.Create(CultureInfo.InvariantCulture, $"0-{Environment.ProcessorCount - 1}");

    /// <exception cref="InvalidOperationException">This machine cannot give each store a processor of its own.</exception>
    public static void DemandMachine()
    {
        if (!Shell.Has("taskset") || Environment.ProcessorCount < 2)
        {
            throw new InvalidOperationException("loadSlowdown needs two processors and taskset (Debian: util-linux).");
        }
    }

    public async Task AddAsync(Dictionary<string, double> figures, CancellationToken cancellationToken)
    {
        for (var tenant = 1; tenant <= 50; tenant++)
        {
            await stores.BearAsync(string.Create(CultureInfo.InvariantCulture, $"f{tenant}"), 1_000, cancellationToken);
        }

        await stores.BearAsync("quarter", Rows, cancellationToken);
        (figures["loadSlowdownOnSharedProcessors"], figures["sharedLoadSlowdownCopyMbPerSecond"]) = await MeasureAsync(AllProcessors, cancellationToken);
        await PinAsync("0", "1", cancellationToken);
        (figures["loadSlowdown"], figures["loadSlowdownCopyMbPerSecond"]) = await MeasureAsync("0", cancellationToken);
        await PinAsync(AllProcessors, AllProcessors, cancellationToken);
    }

    // The load's processors are named: it is started by this process, which is pinned with the target.
    private async Task<(double Slowdown, double CopyMbPerSecond)> MeasureAsync(string processors, CancellationToken cancellationToken)
    {
        var slowdowns = new List<double>();
        var rates = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var alone = await LoadAsync(processors, cancellationToken);
            var mover = stores.Mover(
                "quarter", TwoStores.Here, TwoStores.There, stores.NextMove(), new MoverOptions { MaxBytesPerSecond = (long)(pipeBytesPerSecond / 4) });
            await mover.StartAsync(cancellationToken);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var bytes = 0L;
            var copying = mover.CopyAsync(progress => bytes = progress.SizeBytes, stop.Token);
            var during = await LoadAsync(processors, cancellationToken);
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

    private Task<double> LoadAsync(string processors, CancellationToken cancellationToken) =>
        PgBench.TransactionsPerSecondAsync(stores, Script, Clients, Seconds, cancellationToken, processors);

    private async Task PinAsync(string source, string target, CancellationToken cancellationToken)
    {
        foreach (var (processors, pid) in new[] { (source, stores.Source.PostmasterPid), (target, stores.Target.PostmasterPid), (target, Environment.ProcessId) })
        {
            await Shell.RunAsync(
                string.Create(CultureInfo.InvariantCulture, $"for p in {pid} $(pgrep -P {pid} || true); do taskset -acp {processors} $p >/dev/null || [ ! -d /proc/$p ]; done"),
                stores.Source,
                stores.Target,
                cancellationToken);
        }
    }
}
