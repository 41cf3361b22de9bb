using Idp.DevServer.Tests.Differential;
using Idp.Testing;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Worker;
using ServerKind = Idp.DevServer.Tests.Differential.Engine;

namespace Idp.DevServer.Tests.Schedules;

/// <summary>What the SDK does with schedules, in real time, on our server and on the genuine one.</summary>
public sealed class ScheduleEndToEndTests
{
    private const string Queue = "schedules";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Genuine)]
    public Task Create_EverySecond_RunsAndCarriesResultsAndFailuresOver(ServerKind engine) => WithAsync(engine, async client =>
    {
        var handle = await client.CreateScheduleAsync(
            "every", Schedule("fail-second", new() { Intervals = [new(TimeSpan.FromSeconds(1))] }), new() { Memo = new Dictionary<string, object> { ["why"] = "test" } });

        var description = await WaitAsync(handle, d => d.Info.RecentActions.Count >= 4);
        var ids = description.Info.RecentActions.Select(a => ((ScheduleActionExecutionStartWorkflow)a.Action).WorkflowId).ToList();
        await handle.DeleteAsync();

        Assert.All(description.Info.RecentActions, a => Assert.Equal(
            $"run-{a.ScheduledAt:yyyy-MM-dd'T'HH:mm:ss'Z'}", ((ScheduleActionExecutionStartWorkflow)a.Action).WorkflowId));
        Assert.Equal("False/none", await client.GetWorkflowHandle(ids[0]).GetResultAsync<string>());
        var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => client.GetWorkflowHandle(ids[1]).GetResultAsync<string>());
        Assert.Equal("as ordered", failed.InnerException!.Message);
        Assert.Equal("True/as ordered", await client.GetWorkflowHandle(ids[2]).GetResultAsync<string>());
        Assert.Equal("test", await description.Memo["why"].ToValueAsync<string>());
        var started = await client.GetWorkflowHandle(ids[0]).DescribeAsync();
        Assert.Equal("every", started.TypedSearchAttributes.Get(SearchAttributeKey.CreateKeyword("TemporalScheduledById")));
        Assert.Equal(
            description.Info.RecentActions.First().ScheduledAt,
            started.TypedSearchAttributes.Get(SearchAttributeKey.CreateDateTimeOffset("TemporalScheduledStartTime")).UtcDateTime);
        await Assert.ThrowsAsync<RpcException>(() => handle.DescribeAsync());
    });

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Genuine)]
    public Task Trigger_PausedAndOverlapping_FollowsThePolicyAskedFor(ServerKind engine) => WithAsync(engine, async client =>
    {
        var handle = await client.CreateScheduleAsync("triggered", Schedule("wait", new()) with { State = new() { Paused = true, Note = "by hand" } });

        await handle.TriggerAsync();
        var first = await WaitAsync(handle, d => d.Info.RunningActions.Count == 1);
        await handle.TriggerAsync(new() { Overlap = ScheduleOverlapPolicy.Skip });
        var skipped = await WaitAsync(handle, d => d.Info.NumActionsSkippedOverlap == 1);
        await Task.Delay(TimeSpan.FromSeconds(1.1), Token);
        await handle.TriggerAsync(new() { Overlap = ScheduleOverlapPolicy.BufferOne });
        await Task.Delay(TimeSpan.FromSeconds(0.3), Token);
        var id = Id(first.Info.RunningActions.Single());
        await client.GetWorkflowHandle(id).SignalAsync("LetGo", []);
        var second = await WaitAsync(handle, d => d.Info.NumActions == 2 && d.Info.RunningActions.Count == 1);
        await Task.Delay(TimeSpan.FromSeconds(1.1), Token);
        await handle.TriggerAsync(new() { Overlap = ScheduleOverlapPolicy.CancelOther });
        var third = await WaitAsync(handle, d => d.Info.NumActions == 3 && d.Info.RunningActions.Count == 1);
        await Task.Delay(TimeSpan.FromSeconds(1.1), Token);
        await handle.TriggerAsync(new() { Overlap = ScheduleOverlapPolicy.TerminateOther });
        var fourth = await WaitAsync(handle, d => d.Info.NumActions == 4 && d.Info.RunningActions.Count == 1);

        Assert.Equal("by hand", skipped.Schedule.State.Note);
        Assert.Equal(WorkflowExecutionStatus.Completed, await StatusAsync(client, id));
        Assert.Equal(WorkflowExecutionStatus.Canceled, await StatusAsync(client, Id(second.Info.RunningActions.Single())));
        Assert.Equal(WorkflowExecutionStatus.Terminated, await StatusAsync(client, Id(third.Info.RunningActions.Single())));
        Assert.Equal(WorkflowExecutionStatus.Running, await StatusAsync(client, Id(fourth.Info.RunningActions.Single())));
        await handle.DeleteAsync();
    });

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Genuine)]
    public Task Update_SpecPauseAndAttributes_AreDescribedAndListed(ServerKind engine) => WithAsync(engine, async client =>
    {
        var key = SearchAttributeKey.CreateKeyword("Keyword1");
        var handle = await client.CreateScheduleAsync(
            "changing",
            Schedule("done", new() { CronExpressions = ["CRON_TZ=Europe/Berlin 0 12 * * MON-FRI # noon"] }),
            new() { TypedSearchAttributes = new SearchAttributeCollection.Builder().Set(key, "old").ToSearchAttributeCollection() });
        var before = await handle.DescribeAsync();
        await handle.PauseAsync("holidays");
        await handle.UpdateAsync(input =>
        {
            var schedule = input.Description.Schedule;
            return new ScheduleUpdate(
                schedule with { Spec = new() { Intervals = [new(TimeSpan.FromHours(2), TimeSpan.FromMinutes(5))], TimeZoneName = "Asia/Tokyo" } },
                new SearchAttributeCollection.Builder().Set(key, "new").ToSearchAttributeCollection());
        });
        var after = await WaitAsync(handle, d => d.Schedule.Spec.Intervals.Count == 1 && d.TypedSearchAttributes.Get(key) == "new");
        var listed = await PollAsync(
            async () => await client.ListSchedulesAsync(new() { Query = "Keyword1 = 'new' AND TemporalSchedulePaused = true" }).ToListAsync(Token), l => l.Count == 1);
        await handle.UnpauseAsync("back");

        Assert.Equal("Europe/Berlin", before.Schedule.Spec.TimeZoneName);
        Assert.Equal("noon", before.Schedule.Spec.Calendars.Single().Comment);
        Assert.Equal(10, before.Info.NextActionTimes.Count);
        Assert.Equal("old", before.TypedSearchAttributes.Get(key));
        Assert.Equal("holidays", after.Schedule.State.Note);
        Assert.True(after.Schedule.State.Paused);
        Assert.Equal("new", after.TypedSearchAttributes.Get(key));
        Assert.All(after.Info.NextActionTimes, time => Assert.Equal(5, time.Minute));
        Assert.Equal("changing", listed.Single().Id);
        Assert.Equal("holidays", listed.Single().Schedule!.State.Note);
        Assert.False((await WaitAsync(handle, d => !d.Schedule.State.Paused)).Schedule.State.Paused);
        await handle.DeleteAsync();
    });

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Genuine)]
    public Task Backfill_TwelveHours_StartsAllOnce(ServerKind engine) => WithAsync(engine, async client =>
    {
        var handle = await client.CreateScheduleAsync(
            "backfilled", Schedule("done", new() { Intervals = [new(TimeSpan.FromHours(1))] }) with { State = new() { Paused = true } });
        var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        await handle.BackfillAsync([new(start, start.AddHours(12), ScheduleOverlapPolicy.AllowAll)]);
        var description = await WaitAsync(handle, d => d.Info.NumActions >= 13);

        Assert.Equal(13, description.Info.NumActions);
        Assert.Equal("run-2026-01-01T12:00:00Z", Id(description.Info.RecentActions.Last().Action));
        Assert.Equal("False/none", await client.GetWorkflowHandle("run-2026-01-01T00:00:00Z").GetResultAsync<string>());
        await handle.DeleteAsync();
    });

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Genuine)]
    public Task Create_LimitedAndPausedOnFailure_StopsByItself(ServerKind engine) => WithAsync(engine, async client =>
    {
        var limited = await client.CreateScheduleAsync(
            "limited",
            Schedule("done", new() { Intervals = [new(TimeSpan.FromSeconds(1))] }) with { State = new() { LimitedActions = true, RemainingActions = 2 } });

        // With an id of its own: both may start in the same second.
        var failing = await client.CreateScheduleAsync(
            "failing",
            Schedule("fail", new() { Intervals = [new(TimeSpan.FromSeconds(1))] }, "run-failing") with { Policy = new() { PauseOnFailure = true } },
            new() { TriggerImmediately = true });
        var ended = await WaitAsync(limited, d => d.Schedule.State.RemainingActions == 0);
        var paused = await WaitAsync(failing, d => d.Schedule.State.Paused);
        await Task.Delay(TimeSpan.FromSeconds(2), Token);

        Assert.Empty(ended.Info.NextActionTimes);
        Assert.Equal(2, (await limited.DescribeAsync()).Info.NumActions);
        Assert.StartsWith("paused due to workflow failure: run-", paused.Schedule.State.Note, StringComparison.Ordinal);
        Assert.EndsWith(": as ordered", paused.Schedule.State.Note, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ScheduleAlreadyRunningException>(() => client.CreateScheduleAsync("limited", Schedule("done", new())));
    });

    private static Schedule Schedule(string order, ScheduleSpec spec, string id = "run") => new(
        ScheduleActionStartWorkflow.Create<ScheduledWorkflow>(w => w.RunAsync(order), new(id, Queue)), spec);

    private static string Id(ScheduleActionExecution action) => ((ScheduleActionExecutionStartWorkflow)action).WorkflowId;

    // A cancelled or terminated run that is waiting for its worker takes a moment.
    private static async Task<WorkflowExecutionStatus> StatusAsync(ITemporalClient client, string id) =>
        (await client.GetWorkflowHandle(id).DescribeAsync()).Status;

    private static Task<ScheduleDescription> WaitAsync(ScheduleHandle handle, Func<ScheduleDescription, bool> until) =>
        PollAsync(() => handle.DescribeAsync(), until);

    private static async Task<T> PollAsync<T>(Func<Task<T>> ask, Func<T, bool> until)
    {
        var giveUp = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (until(answer))
            {
                return answer;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(giveUp) < Patience, $"still not: {answer}");
            await Task.Delay(50, Token);
        }
    }

    private static async Task WithAsync(ServerKind engine, Func<ITemporalClient, Task> test)
    {
        Assert.SkipWhen(await ServerUnderTest.FindAsync(engine, Token) is null, TemporalTools.Missing);
        await using var server = await ServerUnderTest.StartAsync(engine, Token);
        using var worker = new TemporalWorker(server.Client, new TemporalWorkerOptions(Queue).AddWorkflow<ScheduledWorkflow>());
        await worker.ExecuteAsync(() => test(server.Client), Token);
    }
}
