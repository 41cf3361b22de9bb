using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Tests.Differential;

/// <summary>Options of a workflow that runs.</summary>
internal static class ExecutionOptions
{
    private static readonly VersioningOverride Pinned = new()
    {
        Pinned = new() { Behavior = VersioningOverride.Types.PinnedOverrideBehavior.Pinned, Version = new() { DeploymentName = "d", BuildId = "b" } },
    };

    [Scenario]
    public static async Task Changed(Session session)
    {
        await session.Hands.StartAsync();
        await UpdateAsync(session, "nothing", new(), string.Empty);
        await UpdateAsync(session, "remove what is not there", new(), "versioning_override");
        await UpdateAsync(session, "automatic", new() { VersioningOverride = new() { AutoUpgrade = true } }, "versioning_override");
        await DescribeAsync(session);
        await UpdateAsync(session, "automatic again", new() { VersioningOverride = new() { AutoUpgrade = true } }, "versioning_override");
        await UpdateAsync(session, "priority", new() { Priority = new() { PriorityKey = 2, FairnessKey = "f" } }, "priority");
        await UpdateAsync(session, "priority key", new() { Priority = new() { PriorityKey = 4 } }, "priority.priority_key");
        await UpdateAsync(session, "fairness weight", new() { Priority = new() { FairnessWeight = 2 } }, "priority.fairness_weight");
        await DescribeAsync(session);
        await UpdateAsync(session, "remove both", new(), "versioning_override", "priority");
        await DescribeAsync(session);
        var task = await session.Hands.PollAsync();
        await UpdateAsync(session, "while a task runs", new() { Priority = new() { PriorityKey = 5 } }, "priority");
        await session.Hands.CompleteAsync(task, Commands.Timer("t1", 60));
        await session.NoteHistoryAsync();
        await session.Hands.TerminateAsync();
        await UpdateAsync(session, "closed", new(), "versioning_override");
    }

    [Scenario]
    public static async Task SurviveAReset(Session session)
    {
        var first = await session.Hands.StartAsync(start => start.VersioningOverride = new() { AutoUpgrade = true });
        await session.Hands.AnswerAsync(Commands.Timer("t1", 60));
        await UpdateAsync(session, "priority", new() { Priority = new() { PriorityKey = 2 } }, "priority");
        await session.NoteCallAsync("reset", () => session.Service.ResetWorkflowExecutionAsync(
            new()
            {
                Namespace = session.Namespace,
                WorkflowExecution = new() { WorkflowId = session.Name, RunId = first },
                Reason = "test",
                WorkflowTaskFinishEventId = 4,
                RequestId = Guid.NewGuid().ToString(),
            },
            session.Rpc));
        await DescribeAsync(session);
        await session.NoteHistoryAsync();
        await session.Hands.TerminateAsync();
        await DescribeAsync(session);
    }

    [Scenario]
    public static async Task Refused(Session session)
    {
        await session.Hands.StartAsync();
        await UpdateAsync(session, "pinned to what nobody has", new() { VersioningOverride = Pinned }, "versioning_override");
        await UpdateAsync(session, "unknown option", new(), "nothing");
        await UpdateAsync(session, "negative priority", new() { Priority = new() { PriorityKey = -1 } }, "priority");
        await UpdateAsync(session, "override of nothing", new() { VersioningOverride = new() }, "versioning_override");
        await UpdateAsync(session, "time skipping", new() { TimeSkippingConfig = new() { Enabled = true } }, "time_skipping_config");
        await UpdateAsync(session, "no options", null, "versioning_override");
        await NoteAsync(session, "no mask", request => (request.UpdateMask, request.WorkflowExecutionOptions) = (null, new()));
        await NoteAsync(session, "no execution", request => (request.WorkflowExecution, request.UpdateMask, request.WorkflowExecutionOptions) = (null, new(), new()));
        await NoteAsync(session, "nothing at all", request => (request.WorkflowExecution, request.UpdateMask) = (null, null));
        await NoteAsync(session, "nobody", request => (request.WorkflowExecution, request.UpdateMask, request.WorkflowExecutionOptions) = (new() { WorkflowId = "nobody" }, new(), new()));
        await NoteAsync(session, "bad run", request => (request.WorkflowExecution, request.UpdateMask, request.WorkflowExecutionOptions) = (new() { WorkflowId = "nobody", RunId = "one" }, new(), new()));
        await NoteAsync(session, "nowhere", request => request.Namespace = "nowhere");
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task GivenAtTheStart(Session session)
    {
        await session.Hands.StartAsync(start => (start.VersioningOverride, start.Priority) = (new() { AutoUpgrade = true }, new() { PriorityKey = 1 }));
        await DescribeAsync(session);
        await session.Hands.AnswerAsync(Commands.Timer("t1", 60));
        await DescribeAsync(session);
        await session.Hands.SignalAsync("go");
        await session.Hands.AnswerAsync(Commands.ContinueAsNew());
        await session.Hands.PollAsync();
        await DescribeAsync(session);
        await session.Hands.TerminateAsync();
        foreach (var (label, asked) in (IEnumerable<(string, VersioningOverride)>)
        [
            ("pinned", Pinned),
            ("empty", new()),
            ("pinned without behavior", new() { Pinned = new() { Version = new() { DeploymentName = "d", BuildId = "b" } } }),
            ("pinned without version", new() { Pinned = new() { Behavior = VersioningOverride.Types.PinnedOverrideBehavior.Pinned } }),
        ])
        {
            await session.NoteOutcomeAsync(
                label, () => session.Service.StartWorkflowExecutionAsync(session.Hands.StartRequest(start => start.VersioningOverride = asked), session.Rpc));
            await session.NoteOutcomeAsync($"{label}, with a signal", () => session.Service.SignalWithStartWorkflowExecutionAsync(
                new()
                {
                    Namespace = session.Namespace,
                    WorkflowId = session.Name,
                    WorkflowType = new() { Name = "ByHand" },
                    TaskQueue = new() { Name = session.Name },
                    SignalName = "s",
                    VersioningOverride = asked,
                },
                session.Rpc));
        }
    }

    private static Task UpdateAsync(Session session, string label, WorkflowExecutionOptions? options, params string[] mask) =>
        NoteAsync(session, label, request => (request.WorkflowExecutionOptions, request.UpdateMask) =
            (options, new FieldMask { Paths = { mask.Where(path => path.Length > 0) } }));

    private static Task NoteAsync(Session session, string label, Action<UpdateWorkflowExecutionOptionsRequest> change)
    {
        var request = new UpdateWorkflowExecutionOptionsRequest
        {
            Namespace = session.Namespace,
            WorkflowExecution = new() { WorkflowId = session.Name },
            Identity = Session.Identity,
        };
        change(request);
        return session.NoteCallAsync(label, () => session.Service.UpdateWorkflowExecutionOptionsAsync(request, session.Rpc));
    }

    private static Task DescribeAsync(Session session) => session.NoteCallAsync("describe", () => session.Service.DescribeWorkflowExecutionAsync(
        new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name } }, session.Rpc));
}
