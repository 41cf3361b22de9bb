using Idp.DevServer.Tests.Differential;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Temporalio.Testing;
using Temporalio.Worker;
using ServerKind = Idp.DevServer.Tests.Differential.Engine;

namespace Idp.DevServer.Tests.Schedules;

/// <summary>Schedules run by the skipping clock; the genuine test server has none, so there is no oracle but arithmetic.</summary>
public sealed class ScheduleSkippingTests
{
    private const string Queue = "skipping";

    [Fact]
    public async Task Delay_ThreeDaysOfHours_RunsEveryHourAndSkipsNone()
    {
        var token = TestContext.Current.CancellationToken;
        await using var environment = await WorkflowEnvironment.StartTimeSkippingAsync(new()
        {
            TestServer = new() { ExistingPath = await ServerUnderTest.FindAsync(ServerKind.Embedded, token), StartupTimeout = TimeSpan.FromSeconds(60) },
        });
        using var worker = new TemporalWorker(environment.Client, new TemporalWorkerOptions(Queue).AddWorkflow<ScheduledWorkflow>());

        await worker.ExecuteAsync(
            async () =>
            {
                var handle = await environment.Client.CreateScheduleAsync("hourly", new(
                    ScheduleActionStartWorkflow.Create<ScheduledWorkflow>(w => w.RunAsync("done"), new("run", Queue)),
                    new() { Intervals = [new(TimeSpan.FromHours(1))] }));

                await environment.DelayAsync(TimeSpan.FromDays(3));
                var description = await handle.DescribeAsync();

                Assert.InRange(description.Info.NumActions, 3 * 24, (3 * 24) + 1);
                Assert.Equal(0, description.Info.NumActionsSkippedOverlap);
                Assert.Equal(0, description.Info.NumActionsMissedCatchupWindow);
                await handle.DeleteAsync();
            },
            token);
    }
}
