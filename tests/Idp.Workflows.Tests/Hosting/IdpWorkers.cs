using Idp.Workflows.Batches;
using Idp.Workflows.Loops;
using Idp.Workflows.Migrations;
using Temporalio.Client;
using Temporalio.Worker;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>Workers of both task queues with scripted activities, on one genuine server.</summary>
public sealed class IdpWorkers : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TemporalWorker[] _workers;
    private readonly Task[] _running;

    public IdpWorkers(ITemporalClient client)
    {
        Client = client;
        _workers =
        [
            new(client, Options(TaskQueues.Control).AddWorkflow<LoopWorkflow>().AddWorkflow<MigrationWorkflow>()
                .AddWorkflow<BatchWorkflow>().AddWorkflow<EvacuationWorkflow>().AddAllActivities(Loops).AddAllActivities(Evacuations)),
            new(client, Options(TaskQueues.Movers)),
        ];
        _running = [.. _workers.Select(worker => worker.ExecuteAsync(_stop.Token))];
    }

    public ITemporalClient Client { get; }

    internal FakeMigrationActivities Migrations { get; } = new();

    internal FakeLoopActivities Loops { get; } = new();

    internal FakeBatchActivities Batches { get; } = new();

    internal FakeEvacuationActivities Evacuations { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await Task.WhenAll(_running);
        }
        catch (OperationCanceledException)
        {
            // How a worker reports that it was asked to stop.
        }

        foreach (var worker in _workers)
        {
            worker.Dispose();
        }

        _stop.Dispose();
    }

    // No sticky cache, as in production; every workflow task of every test replays from the start.
    private TemporalWorkerOptions Options(string queue) => new TemporalWorkerOptions(queue)
    {
        MaxCachedWorkflows = 0,
        MaxHeartbeatThrottleInterval = TimeSpan.FromMilliseconds(100),
        DefaultHeartbeatThrottleInterval = TimeSpan.FromMilliseconds(100),
    }.AddAllActivities(Migrations).AddAllActivities(Batches);
}
