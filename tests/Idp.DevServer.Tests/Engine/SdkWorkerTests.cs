using Idp.DevServer.Tests.Differential;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Idp.DevServer.Tests.Engine;

/// <summary>The .NET SDK's own worker on the embedded engine, with its cache of workflows and without.</summary>
public sealed class SdkWorkerTests
{
    [Theory]
    [InlineData(1_000, 20)]
    [InlineData(0, 2)] // Without a cache the SDK gives up local activities when a query comes: 10 s stalls, on the genuine server too.
    public async Task Workflow_UsingMostFeatures_RunsToItsEnd(int cachedWorkflows, int count)
    {
        await using var server = await ServerUnderTest.StartAsync(Differential.Engine.Embedded, TestContext.Current.CancellationToken);
        var client = server.Client;
        var options = new TemporalWorkerOptions("orders") { MaxCachedWorkflows = cachedWorkflows }
            .AddWorkflow<OrderWorkflow>().AddWorkflow<OrderChildWorkflow>()
            .AddActivity(OrderActivities.Echo).AddActivity(OrderActivities.FlakyAsync);
        using var worker = new TemporalWorker(client, options);
        var results = await worker.ExecuteAsync(() => Task.WhenAll(Enumerable.Range(0, count).Select(i => RunAsync(client, $"order-{i}"))), TestContext.Current.CancellationToken);

        Assert.All(results, r => Assert.StartsWith("flaky,local,child,", r));
    }

    private static async Task<string> RunAsync(ITemporalClient client, string id)
    {
        var order = await client.StartWorkflowAsync((OrderWorkflow w) => w.RunAsync(1), new(id, "orders"));
        await order.QueryAsync(w => w.Seen());
        Assert.Equal(1, await order.ExecuteUpdateAsync(w => w.AddAsync("one")));
        await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => order.ExecuteUpdateAsync(w => w.AddAsync(string.Empty)));
        await order.SignalAsync(w => w.FinishAsync());
        await UntilAsync(async () => (await order.DescribeAsync()).RunId != order.ResultRunId);
        Assert.Equal(1, await order.ExecuteUpdateAsync(w => w.AddAsync("one")));
        Assert.Equal(2, await order.ExecuteUpdateAsync(w => w.AddAsync("two")));
        Assert.True(await order.QueryAsync(w => w.Seen()) >= 2);
        await order.SignalAsync(w => w.FinishAsync());
        var result = await order.GetResultAsync();
        Assert.Equal(3, await order.QueryAsync(w => w.Seen()));
        return result;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        while (!await holds())
        {
            await Task.Delay(20);
        }
    }
}
