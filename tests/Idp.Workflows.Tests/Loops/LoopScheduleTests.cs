using Idp.Workflows.Contracts;
using Idp.Workflows.Loops;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Client.Schedules;

namespace Idp.Workflows.Tests.Loops;

/// <summary>Schedules of the form that the worker installs.</summary>
public sealed class LoopScheduleTests(DevelopmentServer server)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Schedule_OfOneSecond_TurnsTheLoopAgainAndAgainUnderItsOwnIds()
    {
        var name = $"loop/fires-{Guid.NewGuid():n}";
        await using var schedule = await CreateAsync(name, TimeSpan.FromSeconds(1));

        var ticks = new List<string>();
        while (ticks.Count < 2)
        {
            if (await server.Workers.Loops.Collected.ReadAsync(Cancelled) is var tick && tick.StartsWith(name, StringComparison.Ordinal))
            {
                ticks.Add(tick);
            }
        }

        Assert.NotEqual(ticks[0], ticks[1]);
        var first = server.Workers.Client.GetWorkflowHandle<LoopWorkflow, LoopReport>(ticks[0]);
        Assert.Equal("2 Migrate, 98 Hold", (await first.GetResultAsync()).Outcomes);
        Assert.Equal("loop/urgent", (await first.DescribeAsync()).TypedSearchAttributes.Get(IdpSearchAttributes.Kind));
    }

    private async Task<ScheduleScope> CreateAsync(string name, TimeSpan every)
    {
        var schedule = new Schedule(
            ScheduleActionStartWorkflow.Create(
                (LoopWorkflow loop) => loop.RunAsync(new LoopTick(LoopKind.Urgent, string.Empty)),
                new(name, TaskQueues.Control)
                {
                    TaskTimeout = TimeSpan.FromSeconds(5),
                    TypedSearchAttributes = new Temporalio.Common.SearchAttributeCollection.Builder()
                        .Set(IdpSearchAttributes.Kind, "loop/urgent").ToSearchAttributeCollection(),
                    StaticSummary = "urgent loop",
                }),
            new() { Intervals = [new(every)] })
        {
            Policy = new() { Overlap = ScheduleOverlapPolicy.Skip, CatchupWindow = TimeSpan.FromMinutes(1) },
        };
        return new ScheduleScope(await server.Workers.Client.CreateScheduleAsync(name, schedule, new() { Rpc = new() { CancellationToken = Cancelled } }));
    }

    private sealed class ScheduleScope(ScheduleHandle handle) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await handle.DeleteAsync();
    }
}
