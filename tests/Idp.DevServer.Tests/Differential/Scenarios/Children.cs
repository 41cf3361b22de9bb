using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Tests.Differential;

internal static class Children
{
    [Scenario]
    public static Task Completes(Session session) => PlayAsync(session, hands => hands.AnswerAsync(Commands.Complete("child's")));

    [Scenario]
    public static Task Fails(Session session) => PlayAsync(session, hands => hands.AnswerAsync(Commands.Fail("child broke")));

    [Scenario]
    public static Task Terminated(Session session) => PlayAsync(session, hands => hands.TerminateAsync(ChildOf(session)));

    [Scenario]
    public static Task Cancelled(Session session) => PlayAsync(session, async hands =>
    {
        await hands.CancelAsync(ChildOf(session));
        await hands.AnswerAsync(Commands.CancelWorkflow());
    });

    [Scenario]
    public static Task TimesOut(Session session) => PlayAsync(session, _ => Task.CompletedTask, child => child.WorkflowRunTimeout = Commands.Seconds(1));

    [Scenario]
    public static Task ContinuesAsNewThenCompletes(Session session) => PlayAsync(session, async hands =>
    {
        await hands.AnswerAsync(Commands.ContinueAsNew());
        await hands.AnswerAsync(Commands.Complete("second run's"));
    });

    [Scenario]
    public static Task EveryAttribute(Session session) => PlayAsync(
        session,
        hands => hands.AnswerAsync(Commands.Complete()),
        child =>
        {
            child.WorkflowExecutionTimeout = Commands.Seconds(300);
            child.WorkflowRunTimeout = Commands.Seconds(200);
            child.WorkflowTaskTimeout = Commands.Seconds(7);
            child.RetryPolicy = new() { MaximumAttempts = 2 };
            child.Memo = new() { Fields = { ["memo"] = Hands.Text("note") } };
            child.Header = new() { Fields = { ["header"] = Hands.Text("value") } };
            child.SearchAttributes = new() { IndexedFields = { ["Keyword1"] = Hands.Text("blue") } };
            child.WorkflowIdReusePolicy = WorkflowIdReusePolicy.RejectDuplicate;
            child.ParentClosePolicy = ParentClosePolicy.RequestCancel;
        });

    [Scenario]
    public static async Task AlreadyRunning(Session session)
    {
        var child = new Hands(session, session.Name + "-child");
        await child.StartAsync(start => start.WorkflowId = ChildOf(session));
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Child(ChildOf(session), child.TaskQueue));
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task IdMayNotBeReused(Session session)
    {
        var child = new Hands(session, session.Name + "-child");
        await child.StartAsync(start => start.WorkflowId = ChildOf(session));
        await child.AnswerAsync(Commands.Complete());
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Child(
            ChildOf(session), child.TaskQueue, command => command.WorkflowIdReusePolicy = WorkflowIdReusePolicy.RejectDuplicate));
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static Task AbandonedWhenTheParentCompletes(Session session) => ParentEndsAsync(session, ParentClosePolicy.Abandon);

    [Scenario]
    public static Task TerminatedWhenTheParentCompletes(Session session) => ParentEndsAsync(session, ParentClosePolicy.Terminate);

    [Scenario]
    public static Task AskedToCancelWhenTheParentCompletes(Session session) => ParentEndsAsync(session, ParentClosePolicy.RequestCancel);

    [Scenario]
    public static async Task CancelledByTheParent(Session session)
    {
        var child = new Hands(session, session.Name + "-child");
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Child(ChildOf(session), child.TaskQueue));
        var childTask = await child.PollAsync();
        await session.Hands.AnswerAsync(Commands.CancelExternal(ChildOf(session), childOnly: true));
        await session.Hands.AnswerAsync();
        await child.CompleteAsync(childTask);
        await child.AnswerAsync(Commands.CancelWorkflow());
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
        await session.NoteHistoryAsync(ChildOf(session));
    }

    [Scenario]
    public static async Task SignalledByTheParent(Session session)
    {
        var child = new Hands(session, session.Name + "-child");
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Child(ChildOf(session), child.TaskQueue));
        var childTask = await child.PollAsync();
        await session.Hands.AnswerAsync(Commands.SignalExternal(ChildOf(session), childOnly: true));
        await session.Hands.AnswerAsync();
        await child.CompleteAsync(childTask);
        await child.AnswerAsync(Commands.Complete());
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
        await session.NoteHistoryAsync(ChildOf(session));
    }

    [Scenario]
    public static async Task ParentTerminatedTakesItAlong(Session session)
    {
        var child = new Hands(session, session.Name + "-child");
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Child(ChildOf(session), child.TaskQueue));
        await child.AnswerAsync();
        await session.Hands.AnswerAsync();
        await session.Hands.TerminateAsync();
        await session.ClosedAsync(ChildOf(session));
        await session.NoteHistoryAsync();
        await session.NoteHistoryAsync(ChildOf(session));
    }

    private static string ChildOf(Session session) => $"{session.Name}-child";

    private static async Task PlayAsync(
        Session session, Func<Hands, Task> story, Action<Temporalio.Api.Command.V1.StartChildWorkflowExecutionCommandAttributes>? change = null)
    {
        var child = new Hands(session, session.Name + "-child");
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Child(ChildOf(session), child.TaskQueue, change));
        await session.Hands.AnswerAsync(); // The child has started.
        await story(child);
        await session.Hands.AnswerAsync(Commands.Complete());
        await session.NoteHistoryAsync();
        var started = await session.EventAsync(item => item.EventType is EventType.ChildWorkflowExecutionStarted);
        await session.NoteHistoryAsync(ChildOf(session), started.ChildWorkflowExecutionStartedEventAttributes.WorkflowExecution.RunId);
    }

    private static async Task ParentEndsAsync(Session session, ParentClosePolicy policy)
    {
        var child = new Hands(session, session.Name + "-child");
        await session.Hands.StartAsync();
        await session.Hands.AnswerAsync(Commands.Child(ChildOf(session), child.TaskQueue, command => command.ParentClosePolicy = policy));
        await child.AnswerAsync();
        await session.Hands.AnswerAsync(Commands.Complete());
        if (policy is ParentClosePolicy.RequestCancel)
        {
            await child.AnswerAsync(Commands.CancelWorkflow());
        }
        else if (policy is ParentClosePolicy.Abandon)
        {
            await child.SignalAsync("still there", ChildOf(session));
            await child.AnswerAsync(Commands.Complete());
        }
        else
        {
            await session.ClosedAsync(ChildOf(session));
        }

        await session.NoteHistoryAsync();
        await session.NoteHistoryAsync(ChildOf(session));
    }
}
