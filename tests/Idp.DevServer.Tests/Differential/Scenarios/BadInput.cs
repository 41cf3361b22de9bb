using Google.Protobuf;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Tests.Differential;

/// <summary>Requests that must be refused, and in the genuine server's words.</summary>
internal static class BadInput
{
    private const int TwoMiB = 2 * 1024 * 1024;

    [Scenario]
    public static async Task Starts(Session session)
    {
        await NoteAsync("no namespace", start => start.Namespace = string.Empty);
        await NoteAsync("unknown namespace", start => start.Namespace = "nowhere");
        await NoteAsync("no workflow id", start => start.WorkflowId = string.Empty);
        await NoteAsync("long workflow id", start => start.WorkflowId = new string('x', 1001));
        await NoteAsync("no type", start => start.WorkflowType = null);
        await NoteAsync("long type", start => start.WorkflowType = new() { Name = new string('x', 1001) });
        await NoteAsync("no task queue", start => start.TaskQueue = null);
        await NoteAsync("empty task queue", start => start.TaskQueue = new());
        await NoteAsync("long task queue", start => start.TaskQueue = new() { Name = new string('x', 1001) });
        await NoteAsync("reserved task queue", start => start.TaskQueue = new() { Name = "/_sys/mine" });
        await NoteAsync("long request id", start => start.RequestId = new string('x', 1001));
        await NoteAsync("negative execution timeout", start => start.WorkflowExecutionTimeout = Commands.Seconds(-1));
        await NoteAsync("negative run timeout", start => start.WorkflowRunTimeout = Commands.Seconds(-1));
        await NoteAsync("negative task timeout", start => start.WorkflowTaskTimeout = Commands.Seconds(-1));
        await NoteAsync("negative start delay", start => start.WorkflowStartDelay = Commands.Seconds(-1));
        await NoteAsync("bad cron", start => start.CronSchedule = "every now and then");
        await NoteAsync("cron and start delay", start => (start.CronSchedule, start.WorkflowStartDelay) = ("* * * * *", Commands.Seconds(1)));
        await NoteAsync("negative retry interval", start => start.RetryPolicy = new() { InitialInterval = Commands.Seconds(-1) });
        await NoteAsync("small retry coefficient", start => start.RetryPolicy = new() { InitialInterval = Commands.Seconds(1), BackoffCoefficient = 0.5 });
        await NoteAsync("retry maximum below initial", start =>
            start.RetryPolicy = new() { InitialInterval = Commands.Seconds(5), MaximumInterval = Commands.Seconds(1), BackoffCoefficient = 2 });
        await NoteAsync("negative retry attempts", start => start.RetryPolicy = new() { InitialInterval = Commands.Seconds(1), BackoffCoefficient = 2, MaximumAttempts = -1 });
        await NoteAsync("unknown search attribute", start => start.SearchAttributes = new() { IndexedFields = { ["Nothing"] = Hands.Text("x") } });
        await NoteAsync("search attribute of another type", start => start.SearchAttributes = new() { IndexedFields = { ["Int1"] = Hands.Text("x") } });
        await NoteAsync("system search attribute", start => start.SearchAttributes = new() { IndexedFields = { ["ExecutionStatus"] = Hands.Text("x") } });
        await NoteAsync("big input", start => start.Input = Big());
        await NoteAsync("big memo", start => start.Memo = new() { Fields = { ["memo"] = Big().Payloads_[0] } });
        await NoteAsync("eager with delay", start => (start.RequestEagerExecution, start.WorkflowStartDelay) = (true, Commands.Seconds(60)));
        await NoteAsync("priority too low", start => start.Priority = new() { PriorityKey = -1 });
        await NoteAsync("priority too high", start => start.Priority = new() { PriorityKey = 99 });

        Task NoteAsync(string label, Action<StartWorkflowExecutionRequest> change) => session.NoteOutcomeAsync(
            label,
            () => session.Service.StartWorkflowExecutionAsync(
                session.Hands.StartRequest(start =>
                {
                    start.WorkflowId = $"{session.Name} {label}";
                    change(start);
                }),
                session.Rpc));
    }

    [Scenario]
    public static async Task Callbacks(Session session)
    {
        await session.Hands.StartAsync();
        foreach (var url in (string[])["http://127.0.0.1:9/x", "https://example.com/", "ftp://127.0.0.1:9/x", "http:///x", "::", "", "temporal://system/x"])
        {
            await NoteAsync($"callback to '{url}'", start =>
            {
                start.WorkflowId = $"{session.Name} new";
                start.CompletionCallbacks.Add(new Temporalio.Api.Common.V1.Callback { Nexus = new() { Url = url } });
            });
        }

        await NoteAsync("callback to nothing", start => start.CompletionCallbacks.Add(new Temporalio.Api.Common.V1.Callback()));
        await NoteAsync("internal callback", start => start.CompletionCallbacks.Add(new Temporalio.Api.Common.V1.Callback { Internal = new() }));
        await NoteAsync("callback attached without its request", start =>
        {
            start.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
            start.OnConflictOptions = new() { AttachCompletionCallbacks = true };
        });

        Task NoteAsync(string label, Action<StartWorkflowExecutionRequest> change) => session.NoteOutcomeAsync(
            label, () => session.Service.StartWorkflowExecutionAsync(session.Hands.StartRequest(change), session.Rpc));
    }

    [Scenario]
    public static async Task CallsOnExecutions(Session session)
    {
        var service = session.Service;
        foreach (var (label, ns, id, run) in (IEnumerable<(string, string, string, string)>)
        [
            ("nobody", "default", "nobody", string.Empty),
            ("unknown run", "default", "nobody", "11111111-2222-3333-4444-555555555555"),
            ("malformed run", "default", "nobody", "one"),
            ("no id", "default", string.Empty, string.Empty),
            ("no namespace", string.Empty, "nobody", string.Empty),
            ("unknown namespace", "nowhere", "nobody", string.Empty),
        ])
        {
            var execution = new Temporalio.Api.Common.V1.WorkflowExecution { WorkflowId = id, RunId = run };
            await session.NoteCallAsync($"describe {label}", () => service.DescribeWorkflowExecutionAsync(new() { Namespace = ns, Execution = execution }, session.Rpc));
            await session.NoteCallAsync($"history {label}", () => service.GetWorkflowExecutionHistoryAsync(new() { Namespace = ns, Execution = execution }, session.Rpc));
            await session.NoteCallAsync(
                $"reverse history {label}", () => service.GetWorkflowExecutionHistoryReverseAsync(new() { Namespace = ns, Execution = execution }, session.Rpc));
            await session.NoteCallAsync(
                $"signal {label}", () => service.SignalWorkflowExecutionAsync(new() { Namespace = ns, WorkflowExecution = execution, SignalName = "go" }, session.Rpc));
            await session.NoteCallAsync(
                $"cancel {label}", () => service.RequestCancelWorkflowExecutionAsync(new() { Namespace = ns, WorkflowExecution = execution }, session.Rpc));
            await session.NoteCallAsync(
                $"terminate {label}", () => service.TerminateWorkflowExecutionAsync(new() { Namespace = ns, WorkflowExecution = execution }, session.Rpc));
            await session.NoteCallAsync(
                $"delete {label}", () => service.DeleteWorkflowExecutionAsync(new() { Namespace = ns, WorkflowExecution = execution }, session.Rpc));
            await session.NoteCallAsync(
                $"query {label}", () => service.QueryWorkflowAsync(new() { Namespace = ns, Execution = execution, Query = new() { QueryType = "q" } }, session.Rpc));
            await session.NoteCallAsync(
                $"reset {label}",
                () => service.ResetWorkflowExecutionAsync(
                    new() { Namespace = ns, WorkflowExecution = execution, WorkflowTaskFinishEventId = 4, RequestId = "one" }, session.Rpc));
            await session.NoteCallAsync(
                $"reset sticky {label}", () => service.ResetStickyTaskQueueAsync(new() { Namespace = ns, Execution = execution }, session.Rpc));
        }
    }

    [Scenario]
    public static async Task RequestsWithoutTheirParts(Session session)
    {
        var (service, ns) = (session.Service, session.Namespace);
        await session.Hands.StartAsync();
        var execution = new Temporalio.Api.Common.V1.WorkflowExecution { WorkflowId = session.Name };
        await session.NoteCallAsync("describe without execution", () => service.DescribeWorkflowExecutionAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync("signal without execution", () => service.SignalWorkflowExecutionAsync(new() { Namespace = ns, SignalName = "go" }, session.Rpc));
        await session.NoteCallAsync("signal without name", () => service.SignalWorkflowExecutionAsync(new() { Namespace = ns, WorkflowExecution = execution }, session.Rpc));
        await session.NoteCallAsync(
            "signal with a long name",
            () => service.SignalWorkflowExecutionAsync(new() { Namespace = ns, WorkflowExecution = execution, SignalName = new string('x', 1001) }, session.Rpc));
        await session.NoteCallAsync(
            "signal with 2 MiB",
            () => service.SignalWorkflowExecutionAsync(new() { Namespace = ns, WorkflowExecution = execution, SignalName = "big", Input = Big() }, session.Rpc));
        await session.NoteCallAsync("query without query", () => service.QueryWorkflowAsync(new() { Namespace = ns, Execution = execution }, session.Rpc));
        await session.NoteCallAsync("query without type", () => service.QueryWorkflowAsync(new() { Namespace = ns, Execution = execution, Query = new() }, session.Rpc));
        await session.NoteCallAsync("update without request", () => service.UpdateWorkflowExecutionAsync(new() { Namespace = ns, WorkflowExecution = execution }, session.Rpc));
        await session.NoteCallAsync("update without input", () => service.UpdateWorkflowExecutionAsync(
            new() { Namespace = ns, WorkflowExecution = execution, Request = new() { Meta = new() { UpdateId = "u1" } } }, session.Rpc));
        await session.NoteCallAsync("update without stage", () => service.UpdateWorkflowExecutionAsync(
            new() { Namespace = ns, WorkflowExecution = execution, Request = new() { Input = new() { Name = "change" } } }, session.Rpc));
        await session.NoteCallAsync("update waiting to be admitted", () => session.UpdateAsync("u1", UpdateWorkflowExecutionLifecycleStage.Admitted));
        await session.NoteCallAsync("poll update without reference", () => service.PollWorkflowExecutionUpdateAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync("poll without queue", () => service.PollWorkflowTaskQueueAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync("poll activities without queue", () => service.PollActivityTaskQueueAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync(
            "poll with a long identity",
            () => service.PollWorkflowTaskQueueAsync(new() { Namespace = ns, TaskQueue = new() { Name = "q" }, Identity = new string('x', 1001) }, session.Rpc));
        await session.NoteCallAsync("describe task queue without queue", () => service.DescribeTaskQueueAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync("complete without token", () => service.RespondWorkflowTaskCompletedAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync(
            "complete with a bad token",
            () => service.RespondWorkflowTaskCompletedAsync(new() { Namespace = ns, TaskToken = ByteString.CopyFromUtf8("bad token") }, session.Rpc));
        await session.NoteCallAsync("fail without token", () => service.RespondWorkflowTaskFailedAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync("complete activity without token", () => service.RespondActivityTaskCompletedAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync("heartbeat without token", () => service.RecordActivityTaskHeartbeatAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync("complete activity of nobody by id", () => service.RespondActivityTaskCompletedByIdAsync(
            new() { Namespace = ns, WorkflowId = "nobody", ActivityId = "a1" }, session.Rpc));
        await session.NoteCallAsync("complete activity without id", () => service.RespondActivityTaskCompletedByIdAsync(
            new() { Namespace = ns, WorkflowId = session.Name }, session.Rpc));
        await session.NoteCallAsync("query answer without token", () => service.RespondQueryTaskCompletedAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync("signal with start without signal", () => service.SignalWithStartWorkflowExecutionAsync(
            new() { Namespace = ns, WorkflowId = "w", WorkflowType = new() { Name = "t" }, TaskQueue = new() { Name = "q" } }, session.Rpc));
        await session.NoteCallAsync("multi-operation without operations", () => service.ExecuteMultiOperationAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync("list with a bad query", () => service.ListWorkflowExecutionsAsync(new() { Namespace = ns, Query = "WorkflowId ==" }, session.Rpc));
        await session.NoteCallAsync("list by an unknown attribute", () => service.ListWorkflowExecutionsAsync(new() { Namespace = ns, Query = "Nothing = 1" }, session.Rpc));
        await session.NoteCallAsync("count with a bad query", () => service.CountWorkflowExecutionsAsync(new() { Namespace = ns, Query = "WorkflowId ==" }, session.Rpc));
        await session.NoteCallAsync("list archived", () => service.ListArchivedWorkflowExecutionsAsync(new() { Namespace = ns, PageSize = 10 }, session.Rpc));
        await session.NoteCallAsync("describe an unknown namespace", () => service.DescribeNamespaceAsync(new() { Namespace = "nowhere" }, session.Rpc));
        await session.NoteCallAsync("register a known namespace", () => service.RegisterNamespaceAsync(
            new() { Namespace = ns, WorkflowExecutionRetentionPeriod = Commands.Seconds(86400) }, session.Rpc));
        await session.NoteCallAsync("register without retention", () => service.RegisterNamespaceAsync(new() { Namespace = "short" }, session.Rpc));
        await session.NoteCallAsync("history with a bad token", () => service.GetWorkflowExecutionHistoryAsync(
            new() { Namespace = ns, Execution = execution, NextPageToken = ByteString.CopyFromUtf8("bad") }, session.Rpc));
    }

    [Scenario]
    public static async Task BadCommands(Session session)
    {
        foreach (var (label, command) in (IEnumerable<(string, Temporalio.Api.Command.V1.Command)>)
        [
            ("unset", new()),
            ("activity without id", Commands.Activity(string.Empty, session.Name)),
            ("activity without type", Commands.Activity("a1", session.Name, activity => activity.ActivityType = null)),
            ("activity with negative timeout", Commands.Activity("a1", session.Name, activity => activity.StartToCloseTimeout = Commands.Seconds(-1))),
            ("activity with bad retry policy", Commands.Activity("a1", session.Name, activity => activity.RetryPolicy = new() { BackoffCoefficient = 0.1 })),
            ("activity with 2 MiB", Commands.Activity("a1", session.Name, activity => activity.Input = Big())),
            ("timer without id", Commands.Timer(string.Empty, 1)),
            ("timer of negative time", Commands.Timer("t1", -1)),
            ("cancel timer without id", Commands.CancelTimer(string.Empty)),
            ("child without id", Commands.Child(string.Empty, session.Name)),
            ("child without type", Commands.Child("c1", session.Name, child => child.WorkflowType = null)),
            ("child with negative timeout", Commands.Child("c1", session.Name, child => child.WorkflowRunTimeout = Commands.Seconds(-1))),
            ("marker without name", Commands.Marker(string.Empty)),
            ("external signal without id", Commands.SignalExternal(string.Empty)),
            ("external cancel without id", Commands.CancelExternal(string.Empty)),
            ("fail without failure", new() { CommandType = CommandType.FailWorkflowExecution, FailWorkflowExecutionCommandAttributes = new() }),
            ("complete without attributes", new() { CommandType = CommandType.CompleteWorkflowExecution }),
            ("complete with 2 MiB", new()
            {
                CommandType = CommandType.CompleteWorkflowExecution, CompleteWorkflowExecutionCommandAttributes = new() { Result = Big() },
            }),
            ("search attributes without attributes", new()
            {
                CommandType = CommandType.UpsertWorkflowSearchAttributes, UpsertWorkflowSearchAttributesCommandAttributes = new(),
            }),
            ("memo without memo", new() { CommandType = CommandType.ModifyWorkflowProperties, ModifyWorkflowPropertiesCommandAttributes = new() }),
            ("continue as new with negative timeout", Commands.ContinueAsNew(next => next.WorkflowRunTimeout = Commands.Seconds(-1))),
        ])
        {
            var hands = new Hands(session, $"{session.Name} {label}");
            await hands.StartAsync(start => start.WorkflowId = hands.TaskQueue);
            var task = await hands.PollAsync();
            await session.NoteOutcomeAsync(label, () => hands.CompleteAsync(task, command));
            await session.NoteHistoryAsync(hands.TaskQueue);
            await session.NoteOutcomeAsync($"terminate: {label}", () => hands.TerminateAsync(hands.TaskQueue));
        }
    }

    private static Temporalio.Api.Common.V1.Payloads Big() => new()
    {
        Payloads_ = { new Temporalio.Api.Common.V1.Payload { Data = ByteString.CopyFrom(new byte[TwoMiB + 1]) } },
    };
}
