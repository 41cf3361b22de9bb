using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Begins a run anew from the middle of another's history.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class ResetHandlers(WorkflowEngine engine, INamespaces namespaces)
{
    private const string Resetter = "history-resetter";

    // The genuine server's own; it is in histories.
    private const string NoRequest = "emptyUuid";

    public Task<ResetWorkflowExecutionResponse> ResetWorkflowExecution(ResetWorkflowExecutionRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        var execution = RequestRules.Execution(request.WorkflowExecution);
        RequestRules.Length(request.RequestId, engine.Limits, "RequestId");
        return engine.DoAsync(request.Namespace, execution.WorkflowId, step => Reset(step, execution.RunId, request));
    }

    private static ResetWorkflowExecutionResponse Reset(WorkflowStep step, string runId, ResetWorkflowExecutionRequest request)
    {
        var based = step.Require(runId);
        var finish = request.WorkflowTaskFinishEventId;
        RequestRules.Require(finish > 1 && finish < based.State.NextEventId, "Workflow task finish ID must be > 1 && <= workflow last event ID.");
        var kept = based.History.Read(1, (int)(finish - 1));
        var last = kept[^1];
        RequestRules.Require(
            last.EventType is EventType.WorkflowTaskScheduled or EventType.WorkflowTaskStarted,
            $"StateRebuilder unable to Rebuild mutable state to event ID: {last.EventId}, version: 0, this event must be at the boundary");
        var newRunId = Guid.NewGuid().ToString();
        EndCurrent(step, based, newRunId, request.Reason);
        var t = Rebuild(step, based, kept, newRunId, request.RequestId);
        FailTask(t, based, newRunId, request.Reason);
        Reapply(step, t, based, finish, Excluded(request));
        foreach (var activity in t.State.Activities.Values)
        {
            Activities.Dispatch(t, activity);
        }

        WorkflowTasks.Ensure(t);
        return new ResetWorkflowExecutionResponse { RunId = newRunId };
    }

    private static void EndCurrent(WorkflowStep step, Run based, string newRunId, string reason)
    {
        if (step.Current is { State.IsRunning: true } current)
        {
            WorkflowClose.Terminate(step.On(current), reason, null, Resetter, continuesAs: newRunId);
        }

        var t = step.On(based);
        t.State.ResetRunId = newRunId;
        t.Persist();
    }

    private static Transition Rebuild(WorkflowStep step, Run based, IReadOnlyList<HistoryEvent> kept, string newRunId, string requestId)
    {
        var attributes = kept[0].WorkflowExecutionStartedEventAttributes;
        var start = new WorkflowStart(attributes.Clone(), requestId)
        {
            UserMetadata = based.State.UserMetadata,
            ExecutionDeadline = based.State.ExecutionDeadline,
            Parent = based.State.Parent,
            OriginalStartTime = based.State.OriginalStartTime,
        };
        var state = start.CreateState(step.Namespace, step.Now, newRunId);
        state.FirstTaskAt = null;
        state.LastResetTime = step.Now;
        state.Requests[requestId] = new AttachedRequest(EventType.WorkflowExecutionStarted, 1);
        var t = step.Begin(state);
        t.IsVisibilityChanged = true;
        if (state.VersioningOverride is not null)
        {
            WorkflowOptions.Index(t);
        }

        foreach (var copied in kept)
        {
            t.Copy(copied.Clone());
            StateRebuild.Apply(t, copied);
        }

        return t;
    }

    private static void FailTask(Transition t, Run based, string newRunId, string reason)
    {
        if (!t.State.Task.IsStarted)
        {
            WorkflowTasks.Start(t, NoRequest, EngineLimits.HistoryService, WorkflowTasks.CurrentQueue(t.State));
        }

        WorkflowTasks.Fail(
            t,
            WorkflowTaskFailedCause.ResetWorkflow,
            new Failure { Message = reason, ResetWorkflowFailureInfo = new ResetWorkflowFailureInfo() },
            EngineLimits.HistoryService,
            more: failed =>
            {
                failed.BaseRunId = based.State.RunId;
                failed.NewRunId = newRunId;
            });
    }

    /// <summary>Carries over what came from outside after the point of reset, in this run and those that continued it.</summary>
    private static void Reapply(WorkflowStep step, Transition t, Run based, long from, HashSet<ResetReapplyExcludeType> excluded)
    {
        for (var run = based; run is not null; run = Continued(step, run))
        {
            foreach (var later in run.History.Read(from, int.MaxValue / 2))
            {
                Reapply(t, later, excluded);
            }

            from = 1;
        }
    }

    /// <returns>The run that went on with this one; null when there is none, or it has been deleted.</returns>
    private static Run? Continued(WorkflowStep step, Run run) =>
        run.State.Status is WorkflowExecutionStatus.ContinuedAsNew ? step.Find(run.State.NewRunId) : null;

    private static void Reapply(Transition t, HistoryEvent later, HashSet<ResetReapplyExcludeType> excluded)
    {
        switch (later.EventType)
        {
            case EventType.WorkflowExecutionSignaled when !excluded.Contains(ResetReapplyExcludeType.Signal):
                var signaled = later.WorkflowExecutionSignaledEventAttributes.Clone();
                t.State.SignalCount++;
                if (signaled.RequestId.Length > 0)
                {
                    t.Facts.Add(new Fact(FactKind.SignalRequest, signaled.RequestId, 0));
                }

                var copy = t.Add(EventType.WorkflowExecutionSignaled);
                copy.WorkflowExecutionSignaledEventAttributes = signaled;
                copy.Links.AddRange(later.Links);
                break;
            case EventType.WorkflowExecutionOptionsUpdated:
                ReapplyOptions(t, later.WorkflowExecutionOptionsUpdatedEventAttributes.Clone());
                break;
            case EventType.WorkflowExecutionCancelRequested when !excluded.Contains(ResetReapplyExcludeType.CancelRequest) && !t.State.CancelRequested:
                t.State.CancelRequested = true;
                t.Add(EventType.WorkflowExecutionCancelRequested).WorkflowExecutionCancelRequestedEventAttributes =
                    later.WorkflowExecutionCancelRequestedEventAttributes.Clone();
                break;
            case EventType.WorkflowExecutionUpdateAccepted when !excluded.Contains(ResetReapplyExcludeType.Update):
                var request = later.WorkflowExecutionUpdateAcceptedEventAttributes.AcceptedRequest;
                if (request is null)
                {
                    break;
                }

                t.Add(EventType.WorkflowExecutionUpdateAdmitted).WorkflowExecutionUpdateAdmittedEventAttributes = new()
                {
                    Request = request.Clone(),
                    Origin = UpdateAdmittedEventOrigin.Reapply,
                };
                t.Run.Updates.Add(new Update(request.Meta.UpdateId, request));
                break;
            default:
                break;
        }
    }

    private static void ReapplyOptions(Transition t, WorkflowExecutionOptionsUpdatedEventAttributes options)
    {
        var copy = t.Add(EventType.WorkflowExecutionOptionsUpdated);
        copy.WorkerMayIgnore = true;
        copy.WorkflowExecutionOptionsUpdatedEventAttributes = options;
        WorkflowOptions.Apply(t, options);
        if (options.AttachedRequestId.Length > 0)
        {
            t.State.Requests[options.AttachedRequestId] = new AttachedRequest(EventType.WorkflowExecutionOptionsUpdated, copy.EventId);
        }
    }

    private static HashSet<ResetReapplyExcludeType> Excluded(ResetWorkflowExecutionRequest request)
    {
        HashSet<ResetReapplyExcludeType> excluded = [.. request.ResetReapplyExcludeTypes];
        if (request.ResetReapplyType is ResetReapplyType.Signal or ResetReapplyType.None)
        {
            excluded.Add(ResetReapplyExcludeType.Update);
        }

        if (request.ResetReapplyType is ResetReapplyType.None)
        {
            excluded.Add(ResetReapplyExcludeType.Signal);
        }

        return excluded;
    }
}
