using System.Diagnostics;
using Temporalio.Client;
using Temporalio.Worker;

namespace Idp.Bench.Engine;

/// <summary>Loads one server through the .NET SDK, with a worker in this process.</summary>
internal sealed class EngineLoad(BenchServer server)
{
    private const string Queue = "bench";
    private const int MaxCachedWorkflows = 12_000;
    private const int WarmUps = 20;

    /// <summary>Starts and signals under way at once; more callers wait their turn.</summary>
    private const int MaxParallelCalls = 200;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(8);

    /// <summary>What takes longer is left unfinished, and shown as such: a slow server must not make the bench endless.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    private readonly StepActivities _activities = new();

    /// <summary>Keeps so many workflows under way, each of one activity, for some seconds; each place runs one at least.</summary>
    public Task<StepResult> StepAsync(int open, CancellationToken cancellationToken) => WithWorkerAsync(
        async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, WarmUps).Select(_ => StepOnceAsync(cancellationToken)));
            _activities.TakeWaits();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Limit);
            var started = Stopwatch.GetTimestamp();
            var places = await Task.WhenAll(Enumerable.Range(0, open).Select(_ => StepUntilAsync(started, limit.Token)));
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var waits = _activities.TakeWaits();
            return new StepResult(
                places.Sum(place => place.Completed) / seconds,
                Milliseconds(waits, 0.50),
                Milliseconds(waits, 0.99),
                server.ResidentBytes / (double)(1 << 20),
                places.Sum(place => place.Failed),
                places.Count(place => place.IsUnfinished));
        },
        cancellationToken);

    /// <summary>Opens workflows, then signals each until it is satisfied.</summary>
    /// <returns>Signals acknowledged in a second.</returns>
    public Task<double> SignalAsync(int open, CancellationToken cancellationToken) => WithWorkerAsync(
        async () =>
        {
            var each = open switch { 1 => 200, <= 100 => 20, _ => 1 };
            using var turns = new SemaphoreSlim(MaxParallelCalls);
            var handles = await Task.WhenAll(Enumerable.Range(0, open).Select(_ => InTurnAsync(turns, () => server.Client.StartWorkflowAsync(
                (SignalledWorkflow workflow) => workflow.RunAsync(each), new($"signalled-{Guid.NewGuid():N}", Queue)))));
            var started = Stopwatch.GetTimestamp();
            var acknowledged = await Task.WhenAll(handles.Select(handle => SignalUntilAsync(handle, each, started, turns)));
            return acknowledged.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
        },
        cancellationToken);

    private static double Milliseconds(TimeSpan[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))].TotalMilliseconds;

    private static async Task<int> SignalUntilAsync(WorkflowHandle<SignalledWorkflow> handle, int each, long started, SemaphoreSlim turns)
    {
        var sent = 0;
        while (sent < each && Stopwatch.GetElapsedTime(started) < Limit)
        {
            sent += await InTurnAsync(turns, async () =>
            {
                await handle.SignalAsync(workflow => workflow.AddAsync());
                return 1;
            });
        }

        return sent;
    }

    private static async Task<T> InTurnAsync<T>(SemaphoreSlim turns, Func<Task<T>> call)
    {
        await turns.WaitAsync();
        try
        {
            return await call();
        }
        finally
        {
            turns.Release();
        }
    }

    private async Task<T> WithWorkerAsync<T>(Func<Task<T>> measure, CancellationToken cancellationToken)
    {
        var options = new TemporalWorkerOptions(Queue)
        {
            MaxCachedWorkflows = MaxCachedWorkflows,
            // Every activity goes through the server's queue, whose latency is what we ask for.
            DisableEagerActivityExecution = true,
        };
        using var worker = new TemporalWorker(
            server.Client,
            options.AddWorkflow<StepWorkflow>().AddWorkflow<SignalledWorkflow>().AddAllActivities(_activities));
        return await worker.ExecuteAsync(measure, cancellationToken);
    }

    private async Task<Place> StepUntilAsync(long started, CancellationToken limit)
    {
        var (completed, failed) = (0, 0);
        do
        {
            try
            {
                await StepOnceAsync(limit);
                completed++;
            }
            catch (Exception failure) when (limit.IsCancellationRequested)
            {
                _ = failure;
                return new Place(completed, failed, IsUnfinished: true);
            }
            catch (Temporalio.Exceptions.TemporalException)
            {
                failed++; // Counted, and shown: a server that drops work must not look fast.
            }
        }
        while (Stopwatch.GetElapsedTime(started) < Window);

        return new Place(completed, failed, IsUnfinished: false);
    }

    private Task StepOnceAsync(CancellationToken cancellationToken) => server.Client.ExecuteWorkflowAsync(
        (StepWorkflow workflow) => workflow.RunAsync(),
        new($"step-{Guid.NewGuid():N}", Queue) { Rpc = new() { CancellationToken = cancellationToken } });

    /// <summary>What one of the open workflows' places saw.</summary>
    private sealed record Place(int Completed, int Failed, bool IsUnfinished);
}
