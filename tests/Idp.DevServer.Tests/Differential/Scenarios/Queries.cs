using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Tests.Differential;

internal static class Queries
{
    [Scenario]
    public static async Task IdleRunAnswersThroughAQueryTask(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var query = QueryAsync(session);
        await AnswerAsync(session, await session.Hands.PollAsync());
        await session.NoteCallAsync("query", () => query);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task RidesOnAWorkflowTask(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        await session.Hands.SignalAsync("go");
        var query = QueryAsync(session);
        await Task.Delay(300, session.CancellationToken);
        var task = await session.Hands.PollAsync();
        session.Note("queries of the task", $"{task.Queries.Count}, own: {task.Query is not null}");
        await session.Hands.CompleteAsync(
            task,
            request =>
            {
                foreach (var id in task.Queries.Keys)
                {
                    request.QueryResults[id] = new() { ResultType = QueryResultType.Answered, Answer = Hands.Value("42") };
                }
            },
            Commands.Complete());
        await session.NoteCallAsync("query", () => query);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task WaitsForTheTaskThatRuns(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        await session.Hands.SignalAsync("go");
        var task = await session.Hands.PollAsync();
        var query = QueryAsync(session);
        await Task.Delay(300, session.CancellationToken);
        await session.Hands.CompleteAsync(task);
        await AnswerAsync(session, await session.Hands.PollAsync());
        await session.NoteCallAsync("query", () => query);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task OfAClosedRun(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Complete());
        var query = QueryAsync(session);
        await AnswerAsync(session, await session.Hands.PollAsync());
        await session.NoteCallAsync("query", () => query);
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task RejectedWhenNotOpen(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteCallAsync("query", () => QueryAsync(session, QueryRejectCondition.NotOpen));
    }

    [Scenario]
    public static async Task RejectedWhenNotCompletedCleanly(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Fail("broken"));
        await session.NoteCallAsync("query", () => QueryAsync(session, QueryRejectCondition.NotCompletedCleanly));
    }

    [Scenario]
    public static async Task AnsweredWithAFailure(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync();
        var query = QueryAsync(session);
        var task = await session.Hands.PollAsync();
        await session.Service.RespondQueryTaskCompletedAsync(
            new()
            {
                Namespace = session.Namespace,
                TaskToken = task.TaskToken,
                CompletedType = QueryResultType.Failed,
                ErrorMessage = "no such query",
                Failure = Hands.Failure("no such query"),
            },
            session.Rpc);
        await session.NoteCallAsync("query", () => query);
    }

    [Scenario]
    public static async Task BeforeTheFirstTaskIsDone(Session session)
    {
        await session.Hands.StartAsync(start => start.WorkflowStartDelay = Commands.Seconds(60));
        await session.NoteCallAsync("query", () => QueryAsync(session));
        await session.Hands.TerminateAsync();
        await session.NoteCallAsync("query after the end", () => QueryAsync(session));
    }

    [Scenario]
    public static async Task AfterATaskFailedIsRefused(Session session)
    {
        await session.Hands.StartAsync();
        await session.Hands.FailAsync(await session.Hands.PollAsync(), "bug");
        await session.Hands.FailAsync(await session.Hands.PollAsync(), "bug");
        await session.Hands.FailAsync(await session.Hands.PollAsync(), "bug");
        await session.NoteCallAsync("query", () => QueryAsync(session));
    }

    [Scenario]
    public static async Task OfNobody(Session session) => await session.NoteCallAsync("query", () => QueryAsync(session));

    private static Task<QueryWorkflowResponse> QueryAsync(Session session, QueryRejectCondition condition = QueryRejectCondition.None) =>
        session.Service.QueryWorkflowAsync(
            new()
            {
                Namespace = session.Namespace,
                Execution = new() { WorkflowId = session.Name },
                Query = new() { QueryType = "answer", QueryArgs = Hands.Value("question") },
                QueryRejectCondition = condition,
            },
            session.Rpc);

    private static Task<RespondQueryTaskCompletedResponse> AnswerAsync(Session session, PollWorkflowTaskQueueResponse task) =>
        session.Service.RespondQueryTaskCompletedAsync(
            new()
            {
                Namespace = session.Namespace,
                TaskToken = task.TaskToken,
                CompletedType = QueryResultType.Answered,
                QueryResult = Hands.Value("42"),
            },
            session.Rpc);
}
