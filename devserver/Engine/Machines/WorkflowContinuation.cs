using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Begins the run that follows another: by the workflow's own wish, after a failure, or on the cron schedule.</summary>
internal static class WorkflowContinuation
{
    // Keeps a workflow that continues at once from spinning.
    private static readonly TimeSpan ShortestRun = TimeSpan.FromSeconds(1);

    public static void AsNew(Transition t, WorkflowStep step, string newRunId, ContinueAsNewWorkflowExecutionCommandAttributes command)
    {
        var previous = t.State;
        var first = t.Run.History[1].WorkflowExecutionStartedEventAttributes;
        var attributes = Common(previous, first, newRunId);
        attributes.WorkflowType = command.WorkflowType;
        attributes.TaskQueue = command.TaskQueue.Clone();
        attributes.Input = command.Input;
        attributes.WorkflowRunTimeout = command.WorkflowRunTimeout;
        attributes.WorkflowTaskTimeout = command.WorkflowTaskTimeout;
        attributes.RetryPolicy = command.RetryPolicy;
        attributes.CronSchedule = command.CronSchedule;
        attributes.Header = command.Header;
        attributes.Memo = command.Memo;
        attributes.SearchAttributes = command.SearchAttributes;
        attributes.Initiator = command.Initiator is ContinueAsNewInitiator.Unspecified ? ContinueAsNewInitiator.Workflow : command.Initiator;
        attributes.ContinuedFailure = command.Failure;
        attributes.LastCompletionResult = command.LastCompletionResult;
        attributes.Attempt = 1;
        var wanted = command.BackoffStartInterval?.ToTimeSpan() ?? TimeSpan.Zero;
        var soonest = ShortestRun - (t.Now - previous.StartTime);
        Begin(t, step, attributes, wanted > soonest ? wanted : soonest);
    }

    /// <param name="failure">The failure that is tried again, or that the next cron run hears of.</param>
    public static void RetryOrCron(
        Transition t, WorkflowStep step, string newRunId, TimeSpan backoff, ContinueAsNewInitiator initiator, Payloads? lastResult, Failure? failure)
    {
        var previous = t.State;
        var start = t.Run.History[1];
        var first = start.WorkflowExecutionStartedEventAttributes;
        var attributes = Common(previous, first, newRunId);
        attributes.WorkflowType = first.WorkflowType;
        attributes.TaskQueue = first.TaskQueue;
        attributes.Input = first.Input;
        attributes.WorkflowRunTimeout = first.WorkflowRunTimeout;
        attributes.WorkflowTaskTimeout = first.WorkflowTaskTimeout;
        attributes.RetryPolicy = first.RetryPolicy;
        attributes.CronSchedule = first.CronSchedule;
        attributes.Header = first.Header;
        attributes.Memo = previous.Memo;
        attributes.SearchAttributes = BuildIds.Without(previous.SearchAttributes);
        attributes.Initiator = initiator;
        attributes.ContinuedFailure = failure;
        attributes.LastCompletionResult = lastResult ?? first.LastCompletionResult;
        attributes.Attempt = initiator is ContinueAsNewInitiator.Retry ? previous.Attempt + 1 : 1;
        Begin(t, step, attributes, backoff, [.. start.Links]);
    }

    /// <returns>The attempts' back-off for a failed run, or why it is not tried again.</returns>
    public static (TimeSpan? Backoff, RetryState State) RetryOf(Transition t, Failure failure) =>
        Retries.Next(t.State.RetryPolicy, t.State.Attempt, failure, t.Now, t.State.ExecutionDeadline);

    private static WorkflowExecutionStartedEventAttributes Common(RunState previous, WorkflowExecutionStartedEventAttributes first, string newRunId) => new()
    {
        WorkflowId = previous.WorkflowId,
        OriginalExecutionRunId = newRunId,
        FirstExecutionRunId = previous.FirstRunId,
        ContinuedExecutionRunId = previous.RunId,
        WorkflowExecutionTimeout = first.WorkflowExecutionTimeout,
        ParentWorkflowNamespace = first.ParentWorkflowNamespace,
        ParentWorkflowNamespaceId = first.ParentWorkflowNamespaceId,
        ParentWorkflowExecution = first.ParentWorkflowExecution,
        ParentInitiatedEventId = first.ParentInitiatedEventId,
        RootWorkflowExecution = first.RootWorkflowExecution,
        Priority = previous.Priority,
        CompletionCallbacks = { previous.Callbacks.Select(registered => registered.Callback) },
    };

    private static void Begin(Transition t, WorkflowStep step, WorkflowExecutionStartedEventAttributes attributes, TimeSpan backoff, IReadOnlyList<Link>? links = null)
    {
        var previous = t.State;
        attributes.FirstWorkflowTaskBackoff = Duration.FromTimeSpan(backoff > TimeSpan.Zero ? backoff : TimeSpan.Zero);
        if (previous.ResetPoints is { } points)
        {
            attributes.PrevAutoResetPoints = Expiring(points, previous.RunId, t.Now + step.Namespace.Retention);
        }

        new WorkflowStart(attributes, Guid.NewGuid().ToString())
        {
            UserMetadata = previous.UserMetadata,
            ExecutionDeadline = previous.ExecutionDeadline,
            Parent = previous.Parent,
            Links = links ?? [],
            OriginalStartTime = previous.OriginalStartTime,
        }.Begin(step);
    }

    private static ResetPoints Expiring(ResetPoints points, string runId, DateTimeOffset expiry)
    {
        var kept = points.Clone();
        foreach (var point in kept.Points.Where(p => p.RunId == runId))
        {
            point.ExpireTime = Timestamp.FromDateTimeOffset(expiry);
        }

        return kept;
    }
}
