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

    /// <summary>Shares of the connection that start and signal at once; more callers wait their turn.</summary>
    private const int MaxParallelSignals = 200;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(8);
    private readonly StepActivities _activities = new();

    /// <param name="open">Workflows that are open at once.</param>
    public async Task<LoadResult> MeasureAsync(int open, CancellationToken cancellationToken)
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
        return await worker.ExecuteAsync(() => MeasureWithWorkerAsync(open), cancellationToken);
    }

    private static double Milliseconds(TimeSpan[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))].TotalMilliseconds;

    private async Task<LoadResult> MeasureWithWorkerAsync(int open)
    {
        await Task.WhenAll(Enumerable.Range(0, WarmUps).Select(_ => StepAsync()));
        _activities.TakeWaits();

        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, open).Select(_ => StepUntilAsync(started)));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var waits = _activities.TakeWaits();
        var (signals, signalSeconds) = await SignalAsync(open);
        return new LoadResult(
            counts.Sum(count => count.Completed) / seconds,
            signals / signalSeconds,
            Milliseconds(waits, 0.50),
            Milliseconds(waits, 0.99),
            server.ResidentBytes / (double)(1 << 20),
            counts.Sum(count => count.Failed));
    }

    /// <summary>Runs one workflow after the other until the time is over; at least one.</summary>
    private async Task<(int Completed, int Failed)> StepUntilAsync(long started)
    {
        var (completed, failed) = (0, 0);
        do
        {
            try
            {
                await StepAsync();
                completed++;
            }
            catch (Exception failure) when (failure is Temporalio.Exceptions.TemporalException)
            {
                failed++; // Counted, and shown: a server that drops work must not look fast.
            }
        }
        while (Stopwatch.GetElapsedTime(started) < Window);

        return (completed, failed);
    }

    private Task StepAsync() => server.Client.ExecuteWorkflowAsync((StepWorkflow workflow) => workflow.RunAsync(), new($"step-{Guid.NewGuid():N}", Queue));

    /// <summary>Opens the workflows, then signals each until it is satisfied and has completed.</summary>
    private async Task<(int Signals, double Seconds)> SignalAsync(int open)
    {
        var each = open switch { 1 => 200, <= 100 => 20, _ => 1 };
        using var turns = new SemaphoreSlim(MaxParallelSignals);
        var handles = await Task.WhenAll(Enumerable.Range(0, open).Select(_ => InTurnAsync(turns, () => server.Client.StartWorkflowAsync(
            (SignalledWorkflow workflow) => workflow.RunAsync(each), new($"signalled-{Guid.NewGuid():N}", Queue)))));

        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(handles.Select(async handle =>
        {
            for (var number = 0; number < each; number++)
            {
                await InTurnAsync(turns, async () =>
                {
                    await handle.SignalAsync(workflow => workflow.AddAsync());
                    return true;
                });
            }

            await handle.GetResultAsync();
        }));
        return (open * each, Stopwatch.GetElapsedTime(started).TotalSeconds);
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
}
