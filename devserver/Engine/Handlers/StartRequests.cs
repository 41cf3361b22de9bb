using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Commands;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Idp.DevServer.Namespaces;
using Idp.DevServer.Schedules;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Checks and completes requests to start a workflow.</summary>
internal static class StartRequests
{
    /// <returns>The request with the server's defaults.</returns>
    /// <exception cref="RpcFailure">The request is wrong.</exception>
    public static StartWorkflowExecutionRequest Check(StartWorkflowExecutionRequest given, INamespaces namespaces, ISearchAttributes searchAttributes, ServerFeatures features, EngineLimits limits, DateTimeOffset now)
    {
        var ns = namespaces.Require(given.Namespace);
        var request = given.Clone();
        RequestRules.Require(request.WorkflowId.Length > 0, "WorkflowId is not set on request.");
        RequestRules.Require(
            request.WorkflowId.Length <= limits.MaxIdLength, $"WorkflowId exceeds maximum allowed length ({request.WorkflowId.Length}/{limits.MaxIdLength})");
        CheckTimeouts(request);
        CheckRetryAndCron(request, now);
        RequestRules.Require(!string.IsNullOrEmpty(request.WorkflowType?.Name), "WorkflowType is not set on request.");
        RequestRules.Length(request.WorkflowType!.Name, limits, "WorkflowType");
        RequestRules.Queue(request.TaskQueue, limits);
        RequestRules.Require(!request.TaskQueue.Name.StartsWith("/_sys/", StringComparison.Ordinal), "task queue name cannot start with reserved prefix /_sys/");
        RequestRules.Require((request.Priority?.PriorityKey ?? 0) >= 0, "priority key can't be negative");
        RequestRules.Length(request.RequestId, limits, "RequestId");
        CheckPolicies(request);
        CallbackRules.Check(request, features.Callbacks);
        VersioningRules.Check(request.VersioningOverride, request.TaskQueue.Name);
        TimeSkippingHandlers.Refuse(request.TimeSkippingConfig);
        RequestRules.Blob(request.Input, limits.MaxBlobBytes, "Blob data size exceeds limit.");
        RequestRules.Blob(request.Memo, limits.MaxMemoBytes, "Memo size exceeds limit.");
        request.SearchAttributes = SearchAttributeRules.Check(request.SearchAttributes, searchAttributes.All(ns.Name), ns.Name);
        if (request.RequestId.Length == 0)
        {
            request.RequestId = Guid.NewGuid().ToString();
        }

        Complete(request, limits);
        return request;
    }

    public static WorkflowExecutionStartedEventAttributes Attributes(StartWorkflowExecutionRequest request, string runId, DateTimeOffset now)
    {
        var delay = CommandRules.Of(request.WorkflowStartDelay);
        var backoff = request.CronSchedule.Length > 0 ? CronBackoff.First(request.CronSchedule, now) : delay;
        return new WorkflowExecutionStartedEventAttributes
        {
            WorkflowType = request.WorkflowType,
            TaskQueue = new TaskQueue { Name = request.TaskQueue.Name, Kind = TaskQueueKind.Normal },
            Input = request.Input,
            WorkflowExecutionTimeout = request.WorkflowExecutionTimeout,
            WorkflowRunTimeout = request.WorkflowRunTimeout,
            WorkflowTaskTimeout = request.WorkflowTaskTimeout,
            OriginalExecutionRunId = runId,
            FirstExecutionRunId = runId,
            Identity = request.Identity,
            RetryPolicy = request.RetryPolicy,
            Attempt = 1,
            CronSchedule = request.CronSchedule,
            Initiator = request.CronSchedule.Length > 0 ? ContinueAsNewInitiator.CronSchedule : ContinueAsNewInitiator.Unspecified,
            FirstWorkflowTaskBackoff = Duration.FromTimeSpan(backoff),
            Memo = request.Memo,
            SearchAttributes = request.SearchAttributes,
            Header = request.Header,
            WorkflowId = request.WorkflowId,
            ContinuedFailure = request.ContinuedFailure,
            LastCompletionResult = request.LastCompletionResult,
            CompletionCallbacks = { request.CompletionCallbacks },
            Priority = request.Priority,
            VersioningOverride = request.VersioningOverride,
        };
    }

    public static StartWorkflowExecutionRequest Of(SignalWithStartWorkflowExecutionRequest request) => new()
    {
        Namespace = request.Namespace,
        WorkflowId = request.WorkflowId,
        WorkflowType = request.WorkflowType,
        TaskQueue = request.TaskQueue,
        Input = request.Input,
        WorkflowExecutionTimeout = request.WorkflowExecutionTimeout,
        WorkflowRunTimeout = request.WorkflowRunTimeout,
        WorkflowTaskTimeout = request.WorkflowTaskTimeout,
        Identity = request.Identity,
        RequestId = request.RequestId,
        WorkflowIdReusePolicy = request.WorkflowIdReusePolicy,
        WorkflowIdConflictPolicy = request.WorkflowIdConflictPolicy,
        RetryPolicy = request.RetryPolicy,
        CronSchedule = request.CronSchedule,
        Memo = request.Memo,
        SearchAttributes = request.SearchAttributes,
        Header = request.Header,
        WorkflowStartDelay = request.WorkflowStartDelay,
        UserMetadata = request.UserMetadata,
        Links = { request.Links },
        Priority = request.Priority,
        VersioningOverride = request.VersioningOverride,
        TimeSkippingConfig = request.TimeSkippingConfig,
    };

    private static void CheckTimeouts(StartWorkflowExecutionRequest request)
    {
        RequestRules.Require(CommandRules.Of(request.WorkflowExecutionTimeout) >= TimeSpan.Zero, "An invalid WorkflowExecutionTimeoutSeconds is set on request. cause: negative duration");
        RequestRules.Require(CommandRules.Of(request.WorkflowRunTimeout) >= TimeSpan.Zero, "An invalid WorkflowRunTimeoutSeconds is set on request. cause: negative duration");
        RequestRules.Require(CommandRules.Of(request.WorkflowTaskTimeout) >= TimeSpan.Zero, "An invalid WorkflowTaskTimeoutSeconds is set on request. cause: negative duration");
        RequestRules.Require(CommandRules.Of(request.WorkflowStartDelay) >= TimeSpan.Zero, "An invalid WorkflowStartDelaySeconds is set on request. cause: negative duration");
    }

    private static void CheckRetryAndCron(StartWorkflowExecutionRequest request, DateTimeOffset now)
    {
        if (request.RetryPolicy is not null)
        {
            request.RetryPolicy = Retries.WithDefaults(request.RetryPolicy);
            RequestRules.Require(RetryRules.Check(request.RetryPolicy) is null, RetryRules.Check(request.RetryPolicy) ?? string.Empty);
        }

        RequestRules.Require(
            request.CronSchedule.Length == 0 || CommandRules.Of(request.WorkflowStartDelay) == TimeSpan.Zero,
            "CronSchedule and WorkflowStartDelay may not be used together.");
        CronSpec.Validate(request.CronSchedule, now);
    }

    private static void CheckPolicies(StartWorkflowExecutionRequest request)
    {
        if (request.WorkflowIdConflictPolicy is not WorkflowIdConflictPolicy.Unspecified)
        {
            RequestRules.Require(
                request.WorkflowIdReusePolicy is not WorkflowIdReusePolicy.TerminateIfRunning,
                "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING cannot be used together with a WorkflowIDConflictPolicy");
            RequestRules.Require(
                request.WorkflowIdConflictPolicy is not WorkflowIdConflictPolicy.TerminateExisting || request.WorkflowIdReusePolicy is not WorkflowIdReusePolicy.RejectDuplicate,
                "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE cannot be used together with WorkflowIdConflictPolicy WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING");
        }
    }

    private static void Complete(StartWorkflowExecutionRequest request, EngineLimits limits)
    {
        var run = CommandRules.RunTimeout(request.WorkflowRunTimeout, request.WorkflowExecutionTimeout);
        if (run.ToTimeSpan() != CommandRules.Of(request.WorkflowRunTimeout))
        {
            request.WorkflowRunTimeout = run;
        }

        request.WorkflowTaskTimeout = CommandRules.TaskTimeout(request.WorkflowTaskTimeout, run, limits);
    }
}
