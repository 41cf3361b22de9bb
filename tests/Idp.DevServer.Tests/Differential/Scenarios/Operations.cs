using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Tests.Differential;

/// <summary>What operators and user interfaces ask of the server itself.</summary>
#pragma warning disable CS0612 // The enhanced mode is deprecated and still asked for.
internal static class Operations
{
    [Scenario]
    public static async Task SwitchedOffByDefault(Session session)
    {
        var (service, ns) = (session.Service, session.Namespace);
        foreach (var name in (string[])[ns, "nowhere"])
        {
            await session.NoteCallAsync($"create rule {name}", () => service.CreateWorkflowRuleAsync(new() { Namespace = name }, session.Rpc));
            await session.NoteCallAsync($"describe rule {name}", () => service.DescribeWorkflowRuleAsync(new() { Namespace = name }, session.Rpc));
            await session.NoteCallAsync($"delete rule {name}", () => service.DeleteWorkflowRuleAsync(new() { Namespace = name }, session.Rpc));
            await session.NoteCallAsync($"list rules {name}", () => service.ListWorkflowRulesAsync(new() { Namespace = name }, session.Rpc));
            await session.NoteCallAsync($"trigger rule {name}", () => service.TriggerWorkflowRuleAsync(new() { Namespace = name }, session.Rpc));
            await session.NoteCallAsync($"fetch worker config {name}", () => service.FetchWorkerConfigAsync(new() { Namespace = name }, session.Rpc));
            await session.NoteCallAsync($"update worker config {name}", () => service.UpdateWorkerConfigAsync(new() { Namespace = name }, session.Rpc));
            await session.NoteCallAsync($"poll time skipping {name}", () => service.PollWorkflowExecutionTimeSkippingAsync(
                new() { Namespace = name, WorkflowExecution = new() { WorkflowId = "nobody" } }, session.Rpc));
            await session.NoteCallAsync($"poll time skipping of nothing {name}", () => service.PollWorkflowExecutionTimeSkippingAsync(new() { Namespace = name }, session.Rpc));
        }

        await session.NoteOutcomeAsync("start with time skipping", () => service.StartWorkflowExecutionAsync(
            session.Hands.StartRequest(start => start.TimeSkippingConfig = new() { Enabled = true }), session.Rpc));
    }

    [Scenario(Setup.SwitchedOff)]
    public static async Task SwitchedOffOnDemand(Session session)
    {
        var (service, ns) = (session.Service, session.Namespace);
        await session.NoteCallAsync("start", () => service.StartWorkflowExecutionAsync(session.Hands.StartRequest(start => start.RequestEagerExecution = true), session.Rpc));
        await session.NoteCallAsync("eager activity", async () =>
            await session.Hands.AnswerAsync(Commands.Activity("a1", session.Name, activity => activity.RequestEagerExecution = true)));
        await session.NoteCallAsync("list schedules", () => service.ListSchedulesAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync("count schedules", () => service.CountSchedulesAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync("create schedule", () => service.CreateScheduleAsync(new() { Namespace = ns, ScheduleId = "s" }, session.Rpc));
        await session.NoteCallAsync("describe schedule", () => service.DescribeScheduleAsync(new() { Namespace = ns, ScheduleId = "s" }, session.Rpc));
        await session.NoteCallAsync("update schedule", () => service.UpdateScheduleAsync(new() { Namespace = ns, ScheduleId = "s" }, session.Rpc));
        await session.NoteCallAsync("patch schedule", () => service.PatchScheduleAsync(new() { Namespace = ns, ScheduleId = "s", Patch = new() }, session.Rpc));
        await session.NoteCallAsync("matching times", () => service.ListScheduleMatchingTimesAsync(new() { Namespace = ns, ScheduleId = "s" }, session.Rpc));
        await session.NoteCallAsync("delete schedule", () => service.DeleteScheduleAsync(new() { Namespace = ns, ScheduleId = "s" }, session.Rpc));
        await session.NoteCallAsync("query", () => service.QueryWorkflowAsync(
            new() { Namespace = ns, Execution = new() { WorkflowId = session.Name }, Query = new() { QueryType = "q" } }, session.Rpc));
        await session.NoteCallAsync("update", () => session.UpdateAsync("u1"));
        await session.NoteCallAsync("poll update", () => service.PollWorkflowExecutionUpdateAsync(
            new() { Namespace = ns, UpdateRef = new() { UpdateId = "u1", WorkflowExecution = new() { WorkflowId = session.Name } } }, session.Rpc));
        await session.Hands.TerminateAsync();
    }

    [Scenario]
    public static async Task RemoteClusters(Session session)
    {
        var service = session.Client.Connection.OperatorService;
        await session.NoteCallAsync("no address", () => service.AddOrUpdateRemoteClusterAsync(new(), session.Rpc));
        await session.NoteCallAsync("nobody there", () => service.AddOrUpdateRemoteClusterAsync(new() { FrontendAddress = "127.0.0.1:1" }, session.Rpc));
        await session.NoteCallAsync("itself", () => service.AddOrUpdateRemoteClusterAsync(new() { FrontendAddress = session.Server.Address }, session.Rpc));
        await session.NoteCallAsync("remove itself", () => service.RemoveRemoteClusterAsync(new() { ClusterName = "active" }, session.Rpc));
        await session.NoteCallAsync("remove nobody", () => service.RemoveRemoteClusterAsync(new() { ClusterName = "other" }, session.Rpc));
    }

    [Scenario(Setup.Narrow)]
    public static async Task Partitions(Session session)
    {
        var (service, ns) = (session.Service, session.Namespace);
        await session.NoteCallAsync("list", () => service.ListTaskQueuePartitionsAsync(new() { Namespace = ns, TaskQueue = new() { Name = session.Name } }, session.Rpc));
        await session.NoteCallAsync("no queue", () => service.ListTaskQueuePartitionsAsync(new() { Namespace = ns }, session.Rpc));
        await session.NoteCallAsync("no name", () => service.ListTaskQueuePartitionsAsync(new() { Namespace = ns, TaskQueue = new() }, session.Rpc));
        await session.NoteCallAsync("nowhere", () => service.ListTaskQueuePartitionsAsync(new() { Namespace = "nowhere", TaskQueue = new() { Name = "q" } }, session.Rpc));
    }

    [Scenario]
    public static async Task TaskQueueConfigs(Session session)
    {
        await SetAsync(session, "workflow rate", request => (request.TaskQueueType, request.UpdateQueueRateLimit) = (TaskQueueType.Workflow, Rate(5)));
        await SetAsync(session, "negative rate", request => request.UpdateQueueRateLimit = Rate(-5));
        await SetAsync(session, "negative key rate", request => request.UpdateFairnessKeyRateLimitDefault = Rate(-5));
        await SetAsync(session, "negative weight", request => request.SetFairnessWeightOverrides["a"] = -1);
        await SetAsync(session, "set and unset", request =>
        {
            request.SetFairnessWeightOverrides["a"] = 1;
            request.UnsetFairnessWeightOverrides.Add("a");
        });
        await SetAsync(session, "reserved", request => request.TaskQueue = "/_sys/q/1");
        await SetAsync(session, "nowhere", request => request.Namespace = "nowhere");
        await SetAsync(session, "nothing", _ => { });
        await SetAsync(session, "rate", request => request.UpdateQueueRateLimit = Rate(5));
        await DescribeAsync(session);
        await SetAsync(session, "key rate", request => request.UpdateFairnessKeyRateLimitDefault = Rate(2));
        await SetAsync(session, "weights", request =>
        {
            request.SetFairnessWeightOverrides["a"] = 2.5f;
            request.SetFairnessWeightOverrides["b"] = 1;
        });
        await SetAsync(session, "no weight", request => request.UnsetFairnessWeightOverrides.Add("a"));
        await SetAsync(session, "no rate", request => request.UpdateQueueRateLimit = new() { Reason = "gone" });
        await DescribeAsync(session);
    }

    [Scenario]
    public static async Task TaskQueueStats(Session session)
    {
        var hands = session.Hands;
        await session.NoteCallAsync("empty", () => session.Service.DescribeTaskQueueAsync(Describe(session), session.Rpc));
        var other = new Hands(session, session.Name + " other");
        await other.StartAsync(start => (start.WorkflowId, start.Priority) = (session.Name + " 1", new() { PriorityKey = 1 }));
        await other.StartAsync(start => start.WorkflowId = session.Name + " 2");
        await other.StartAsync(start => start.WorkflowId = session.Name + " 3");
        var waiting = Describe(session);
        waiting.TaskQueue.Name = other.TaskQueue;
        await NoteStatsAsync(session, "three wait", waiting, backlog: 3);

        // Whichever it is: the genuine server deals tasks out to partitions, and keeps their priorities within one.
        await other.PollAsync();
        waiting.ApiMode = DescribeTaskQueueMode.Enhanced;
        waiting.ReportPollers = true;
        await NoteStatsAsync(session, "one is taken", waiting, backlog: 2);
        var idle = hands.PollAsync();
        await Task.Delay(1_200, session.CancellationToken);
        await hands.StartAsync();
        session.Note("after a long wait", $"{(await idle).PollerScalingDecision?.PollRequestDeltaSuggestion ?? 0:+0;-0;0} polls");
    }

    [Scenario]
    public static async Task WhatAUserInterfaceAsksAtStart(Session session)
    {
        var (service, ns) = (session.Service, session.Namespace);
        var system = await service.GetSystemInfoAsync(new(), session.Rpc);
        session.Note("version", system.ServerVersion);
        system.Capabilities.Nexus = false;
        system.Capabilities.ServerScaledDeployments = false;
        session.NoteJson("capabilities but Nexus and deployments", System.Text.Json.Nodes.JsonNode.Parse(system.Capabilities.ToString()));
        var cluster = await service.GetClusterInfoAsync(new(), session.Rpc);
        session.Note("cluster", cluster);
        var described = await service.DescribeNamespaceAsync(new() { Namespace = ns }, session.Rpc);
        described.NamespaceInfo.Capabilities.StandaloneActivities = false;
        described.NamespaceInfo.Capabilities.StandaloneActivityStartDelay = false;
        described.NamespaceInfo.Capabilities.StandaloneActivityBatchOperations = false;
        described.NamespaceInfo.Capabilities.StandaloneActivityOperatorCommands = false;

        // The genuine server's columns, dealt out in random order.
        described.Config.CustomSearchAttributeAliases.Clear();
        session.NoteJson("namespace but standalone activities", System.Text.Json.Nodes.JsonNode.Parse(described.ToString().Replace("\"capabilities\"", "\"can\"", StringComparison.Ordinal)));
        var listed = await service.ListNamespacesAsync(new(), session.Rpc);
        session.Note("namespaces", string.Join(", ", listed.Namespaces.Select(entry => entry.NamespaceInfo.Name).Where(name => name is "default" or "temporal-system").Order(StringComparer.Ordinal)));
        await session.NoteCallAsync("list", () => service.ListWorkflowExecutionsAsync(new() { Namespace = ns, Query = "WorkflowId = 'nobody at all'" }, session.Rpc));
        await session.NoteCallAsync("count", () => service.CountWorkflowExecutionsAsync(new() { Namespace = ns, Query = "WorkflowId = 'nobody at all'" }, session.Rpc));
        await session.NoteCallAsync("count by status", () => service.CountWorkflowExecutionsAsync(
            new() { Namespace = ns, Query = "WorkflowId = 'nobody at all' GROUP BY ExecutionStatus" }, session.Rpc));
        await session.NoteCallAsync("workers", () => service.ListWorkersAsync(new() { Namespace = ns, Query = "TaskQueue = 'nobody at all'" }, session.Rpc));
        await session.NoteCallAsync("task queue", () => service.DescribeTaskQueueAsync(new() { Namespace = ns, TaskQueue = new() { Name = "nobody at all" } }, session.Rpc));
        await session.NoteCallAsync("schedules", () => service.ListSchedulesAsync(new() { Namespace = ns, Query = "ScheduleId = 'nobody at all'" }, session.Rpc));
        session.Note("search attributes", (await service.GetSearchAttributesAsync(new(), session.Rpc)).Keys.ContainsKey("WorkflowType") ? "found" : "not found");
        await session.NoteCallAsync("operator's search attributes", () => session.Client.Connection.OperatorService.ListSearchAttributesAsync(new() { Namespace = ns }, session.Rpc));
    }

    private static UpdateTaskQueueConfigRequest.Types.RateLimitUpdate Rate(float perSecond) =>
        new() { RateLimit = new RateLimit { RequestsPerSecond = perSecond }, Reason = "test" };

    private static Task SetAsync(Session session, string label, Action<UpdateTaskQueueConfigRequest> change)
    {
        var request = new UpdateTaskQueueConfigRequest
        {
            Namespace = session.Namespace, TaskQueue = session.Name, TaskQueueType = TaskQueueType.Activity, Identity = Session.Identity,
        };
        change(request);
        return session.NoteCallAsync(label, () => session.Service.UpdateTaskQueueConfigAsync(request, session.Rpc));
    }

    private static async Task DescribeAsync(Session session)
    {
        var request = Describe(session);
        (request.TaskQueueType, request.ReportConfig, request.ReportStats) = (TaskQueueType.Activity, true, false);
        await session.NoteCallAsync("describe", () => session.Service.DescribeTaskQueueAsync(request, session.Rpc));
    }

    private static DescribeTaskQueueRequest Describe(Session session) =>
        new() { Namespace = session.Namespace, TaskQueue = new() { Name = session.Name }, ReportStats = true };

    // Ages and rates are measured: told is only that there are some. The genuine server counts a moment after it answered the poller, so the count gets its time.
    private static async Task NoteStatsAsync(Session session, string label, DescribeTaskQueueRequest request, long backlog)
    {
        var described = await session.Service.DescribeTaskQueueAsync(request, session.Rpc);
        for (var asked = 0; asked < 30 && Total(described).ApproximateBacklogCount != backlog; asked++)
        {
            await Task.Delay(500, session.CancellationToken);
            described = await session.Service.DescribeTaskQueueAsync(request, session.Rpc);
        }

        session.Note(label, $"{Told(Total(described))}{string.Concat(described.StatsByPriorityKey.OrderBy(pair => pair.Key).Select(pair => $"; {pair.Key}: {Told(pair.Value)}"))}");
    }

    private static TaskQueueStats Total(DescribeTaskQueueResponse described) =>
        described.VersionsInfo.Values.Select(version => version.TypesInfo[(int)TaskQueueType.Workflow].Stats).Append(described.Stats).First(found => found is not null);

    private static string Told(TaskQueueStats stats) => string.Join(
        ' ',
        $"{stats.ApproximateBacklogCount} wait",
        stats.ApproximateBacklogAge.ToTimeSpan() > TimeSpan.Zero ? "for some time" : "for no time",
        stats.TasksAddRate > 0 ? "and come" : "and none comes",
        stats.TasksDispatchRate > 0 ? "and go" : "and none goes");
}
