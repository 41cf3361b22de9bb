using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Worker;

namespace Idp.DevServer.Tests.Differential;

/// <summary>The SDK's own worker on its own workflows, with its sticky queue, eager activities and protocol.</summary>
internal static class Tours
{
    [Scenario]
    public static Task Activity(Session session) => VisitAsync(session, "activity");

    [Scenario]
    public static Task LocalActivity(Session session) => VisitAsync(session, "local activity");

    [Scenario]
    public static Task FailingActivity(Session session) => VisitAsync(session, "failing activity");

    [Scenario]
    public static Task Heartbeat(Session session) => VisitAsync(session, "heartbeat");

    [Scenario]
    public static Task Patch(Session session) => VisitAsync(session, "patch");

    [Scenario]
    public static Task DeprecatedPatch(Session session) => VisitAsync(session, "deprecated patch");

    [Scenario]
    public static Task Properties(Session session) => VisitAsync(session, "properties");

    [Scenario]
    public static Task Timer(Session session) => VisitAsync(session, "timer");

    [Scenario]
    public static Task CancelledTimer(Session session) => VisitAsync(session, "cancelled timer");

    [Scenario]
    public static Task Child(Session session) => VisitAsync(session, "child");

    [Scenario]
    public static Task ContinueAsNew(Session session) => VisitAsync(session, "continue as new");

    [Scenario]
    public static Task Failure(Session session) => VisitAsync(session, "fail");

    [Scenario]
    public static Task TimerWithoutCache(Session session) => VisitAsync(session, "timer", Worker(cached: 0));

    [Scenario]
    public static Task ActivityWithoutCacheOrEagerness(Session session)
    {
        var worker = Worker(cached: 0);
        worker.DisableEagerActivityExecution = true;
        return VisitAsync(session, "activity", worker);
    }

    [Scenario]
    public static async Task Bug(Session session)
    {
        await session.WithWorkerAsync(Worker(), async () =>
        {
            var run = await session.Client.StartWorkflowAsync((TourWorkflow tour) => tour.RunAsync("bug"), session.Start);
            await session.EventAsync(item => item.EventType is EventType.WorkflowTaskFailed);
            await run.TerminateAsync("enough", new() { Rpc = session.Rpc });
        });
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task SignalQueryAndUpdate(Session session)
    {
        await session.WithWorkerAsync(Worker(), async () =>
        {
            var run = await session.Client.StartWorkflowAsync((TourWorkflow tour) => tour.RunAsync("wait"), session.Start);
            session.Note("query", await run.QueryAsync(tour => tour.Seen()));
            session.Note("update", $"{await run.ExecuteUpdateAsync(tour => tour.AddAsync("one"), new("u1") { Rpc = session.Rpc })}");
            await session.NoteExceptionAsync("rejected", () => run.ExecuteUpdateAsync(tour => tour.AddAsync(string.Empty), new("u2") { Rpc = session.Rpc }));
            await session.NoteExceptionAsync("unknown update", () => run.ExecuteUpdateAsync("none", [], new("u3") { Rpc = session.Rpc }));
            await session.NoteExceptionAsync("unknown query", () => run.QueryAsync<string>("none", []));
            session.Note("query after", await run.QueryAsync(tour => tour.Seen()));
            await run.SignalAsync(tour => tour.EndAsync("two"), new() { Rpc = session.Rpc });
            session.Note("result", await run.GetResultAsync());
            session.Note("query closed", await run.QueryAsync(tour => tour.Seen()));
        });
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task UpdateWithStart(Session session)
    {
        await session.WithWorkerAsync(Worker(), async () =>
        {
            var start = session.Start;
            start.Rpc = null;
            start.IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
            var operation = WithStartWorkflowOperation.Create((TourWorkflow tour) => tour.RunAsync("wait"), start);
            var count = await session.Client.ExecuteUpdateWithStartWorkflowAsync(
                (TourWorkflow tour) => tour.AddAsync("one"), new(operation) { Id = "u1", Rpc = session.Rpc });
            session.Note("update", $"{count}");
            var run = await operation.GetHandleAsync();
            await run.SignalAsync(tour => tour.EndAsync("two"), new() { Rpc = session.Rpc });
            session.Note("result", await run.GetResultAsync());
        });
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task SignalWithStart(Session session)
    {
        await session.WithWorkerAsync(Worker(), async () =>
        {
            var start = session.Start;
            start.SignalWithStart((TourWorkflow tour) => tour.EndAsync("hello"));
            var run = await session.Client.StartWorkflowAsync((TourWorkflow tour) => tour.RunAsync("wait"), start);
            session.Note("result", await run.GetResultAsync());
        });
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task Cancellation(Session session)
    {
        await session.WithWorkerAsync(Worker(), async () =>
        {
            var run = await session.Client.StartWorkflowAsync((TourWorkflow tour) => tour.RunAsync("wait"), session.Start);
            await session.EventAsync(item => item.EventType is EventType.WorkflowTaskCompleted);
            await run.CancelAsync(new() { Rpc = session.Rpc });
            await session.NoteExceptionAsync("result", () => run.GetResultAsync());
        });
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task EagerStart(Session session)
    {
        await session.WithWorkerAsync(Worker(), async () =>
        {
            var start = session.Start;
            start.RequestEagerStart = true;
            var run = await session.Client.StartWorkflowAsync((TourWorkflow tour) => tour.RunAsync("patch"), start);
            session.Note("result", await run.GetResultAsync());
        });
        await session.NoteHistoryAsync();
    }

    private static TemporalWorkerOptions Worker(int cached = 100) =>
        new TemporalWorkerOptions { MaxCachedWorkflows = cached }.AddWorkflow<TourWorkflow>().AddAllActivities(typeof(TourActivities), null);

    private static async Task VisitAsync(Session session, string visit, TemporalWorkerOptions? worker = null)
    {
        var first = string.Empty;
        await session.WithWorkerAsync(worker ?? Worker(), async () =>
        {
            var start = session.Start;
            start.Memo = new Dictionary<string, object> { ["old"] = "to go" };
            var run = await session.Client.StartWorkflowAsync((TourWorkflow tour) => tour.RunAsync(visit), start);
            first = run.FirstExecutionRunId!;
            await session.NoteExceptionAsync("result", async () => session.Note("value", await run.GetResultAsync()));
        });
        await session.NoteChainAsync(first);
    }
}
