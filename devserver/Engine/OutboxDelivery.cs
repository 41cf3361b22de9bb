using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Idp.DevServer.Engine.Handlers;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Sdk.V1;

namespace Idp.DevServer.Engine;

/// <summary>Carries what one run has for another: done first over there, then crossed off here.</summary>
/// <remarks>A crash in between repeats the first step, which a request id or the state of the other run then makes harmless.</remarks>
internal sealed class OutboxDelivery(WorkflowEngine engine, INamespaces namespaces)
{
    private const string ParentClosed = "by parent close policy";

    private readonly CallbackDelivery _callbacks = new(engine);

    public void Deliver(RunKey from, IReadOnlyCollection<OutboxItem> items)
    {
        if (items.Count > 0)
        {
            // In order: a workflow that signals another twice is heard in that order.
            var ordered = items.ToList();
            _ = Task.Run(async () =>
            {
                // Nobody here waits for those outside, who may not answer for hours.
                var outside = Task.WhenAll(ordered.Where(item => item.Kind is OutboxKind.CallBack).Select(item => DeliverAsync(from, item)));
                foreach (var item in ordered.Where(item => item.Kind is not OutboxKind.CallBack))
                {
                    await DeliverAsync(from, item);
                }

                await outside;
            });
        }
    }

    private Task DeliverAsync(RunKey from, OutboxItem item) => item.Kind switch
    {
        OutboxKind.StartChild => StartChildAsync(from, item),
        OutboxKind.SignalExternal => SignalAsync(from, item),
        OutboxKind.CancelExternal => CancelAsync(from, item),
        OutboxKind.CallBack => CallBackAsync(from, item),
        OutboxKind.ApplyParentClosePolicy => ApplyParentClosePolicyAsync(from, item),
        _ => TellParentAsync(from, item),
    };

    private async Task StartChildAsync(RunKey from, OutboxItem item)
    {
        var (initiated, metadata, root, isWanted) = await engine.DoAsync(from.Namespace, from.WorkflowId, step =>
        {
            var parent = step.Require(from.RunId);
            var told = parent.History[item.EventId];
            var attributes = told.StartChildWorkflowExecutionInitiatedEventAttributes;
            var isWanted = parent.State.IsRunning || attributes.ParentClosePolicy is ParentClosePolicy.Abandon;
            var root = new WorkflowExecution { WorkflowId = parent.State.RootWorkflowId, RunId = parent.State.RootRunId };
            return (attributes, told.UserMetadata, root, isWanted);
        });
        var runId = string.Empty;
        var cause = StartChildWorkflowExecutionFailedCause.Unspecified;
        if (isWanted)
        {
            try
            {
                var parent = new ParentLink(from.Namespace, namespaces.Require(from.Namespace).Id, from.WorkflowId, from.RunId, item.EventId);
                runId = await engine.DoAsync(item.Namespace, item.WorkflowId, step => BeginChild(step, initiated, metadata, parent, root, item.RequestId));
            }
            catch (RpcFailure refused)
            {
                cause = refused.Code is StatusCode.AlreadyExists
                    ? StartChildWorkflowExecutionFailedCause.WorkflowAlreadyExists
                    : StartChildWorkflowExecutionFailedCause.NamespaceNotFound;
            }
        }

        await ConfirmAsync(from, item, t =>
        {
            if (!t.State.Children.TryGetValue(item.EventId, out var child))
            {
                return;
            }

            if (runId.Length > 0)
            {
                Children.Started(t, initiated, child, runId);
            }
            else
            {
                Children.Refused(t, initiated, child, cause);
            }
        });
    }

    private static string BeginChild(
        WorkflowStep step, StartChildWorkflowExecutionInitiatedEventAttributes initiated, UserMetadata? metadata, ParentLink parent, WorkflowExecution root,
        string requestId)
    {
        var runId = Guid.NewGuid().ToString();
        if (StartPolicy.Apply(step, requestId, initiated.WorkflowIdReusePolicy, WorkflowIdConflictPolicy.Fail, runId) is { } existing)
        {
            return existing.State.RunId;
        }

        var backoff = CronBackoff.First(initiated.CronSchedule, step.Now);
        new WorkflowStart(
            new WorkflowExecutionStartedEventAttributes
            {
                WorkflowType = initiated.WorkflowType,
                ParentWorkflowNamespace = parent.Namespace,
                ParentWorkflowNamespaceId = parent.NamespaceId,
                ParentWorkflowExecution = new WorkflowExecution { WorkflowId = parent.WorkflowId, RunId = parent.RunId },
                ParentInitiatedEventId = parent.InitiatedEventId,
                TaskQueue = initiated.TaskQueue,
                Input = initiated.Input,
                WorkflowExecutionTimeout = initiated.WorkflowExecutionTimeout,
                WorkflowRunTimeout = initiated.WorkflowRunTimeout,
                WorkflowTaskTimeout = initiated.WorkflowTaskTimeout,
                OriginalExecutionRunId = runId,
                FirstExecutionRunId = runId,
                RetryPolicy = initiated.RetryPolicy,
                Attempt = 1,
                CronSchedule = initiated.CronSchedule,
                FirstWorkflowTaskBackoff = Duration.FromTimeSpan(backoff),
                Initiator = backoff > TimeSpan.Zero ? ContinueAsNewInitiator.CronSchedule : ContinueAsNewInitiator.Unspecified,
                Memo = initiated.Memo,
                SearchAttributes = initiated.SearchAttributes,
                Header = initiated.Header,
                WorkflowId = initiated.WorkflowId,
                RootWorkflowExecution = root,
                Priority = initiated.Priority,
            },
            requestId)
        {
            Parent = parent,
            UserMetadata = metadata,
        }.Begin(step);
        return runId;
    }

    private async Task SignalAsync(RunKey from, OutboxItem item)
    {
        var (initiated, isWanted) = await engine.DoAsync(from.Namespace, from.WorkflowId, step =>
        {
            var run = step.Require(from.RunId);
            return (run.History[item.EventId].SignalExternalWorkflowExecutionInitiatedEventAttributes, run.State.IsRunning);
        });
        if (!isWanted)
        {
            // As on the genuine server: what a workflow asked for in the task that closed it is not sent.
            await ConfirmAsync(from, item, _ => { });
            return;
        }

        var cause = SignalExternalWorkflowExecutionFailedCause.Unspecified;
        try
        {
            if (from.WorkflowId == item.WorkflowId && from.Namespace == item.Namespace)
            {
                throw WorkflowStep.NotFound("a workflow does not signal itself");
            }

            await engine.DoAsync(item.Namespace, item.WorkflowId, step =>
            {
                var t = step.OnOpen(item.RunId);
                if (initiated.ChildWorkflowOnly && !IsChildOf(t.State, from))
                {
                    throw WorkflowStep.NotFound("not a child");
                }

                WorkflowSignals.Record(t, new WorkflowExecutionSignaledEventAttributes
                {
                    SignalName = initiated.SignalName,
                    Input = initiated.Input,
                    Identity = EngineLimits.HistoryService,
                    Header = initiated.Header,
                    ExternalWorkflowExecution = new WorkflowExecution { WorkflowId = from.WorkflowId, RunId = from.RunId },
                    RequestId = item.RequestId,
                });
            });
        }
        catch (RpcFailure refused)
        {
            cause = refused.Detail is Temporalio.Api.ErrorDetails.V1.NamespaceNotFoundFailure
                ? SignalExternalWorkflowExecutionFailedCause.NamespaceNotFound
                : refused.Message == WorkflowSignals.LimitMessage
                    ? SignalExternalWorkflowExecutionFailedCause.SignalCountLimitExceeded
                    : SignalExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound;
        }

        await ConfirmAsync(from, item, t =>
        {
            if (!t.State.Signals.ContainsKey(item.EventId))
            {
                return;
            }

            if (cause is SignalExternalWorkflowExecutionFailedCause.Unspecified)
            {
                ExternalSignals.Delivered(t, item.Namespace, initiated, item.EventId);
            }
            else
            {
                ExternalSignals.Refused(t, item.Namespace, initiated, item.EventId, cause);
            }
        });
    }

    private async Task CancelAsync(RunKey from, OutboxItem item)
    {
        var (initiated, isWanted) = await engine.DoAsync(from.Namespace, from.WorkflowId, step =>
        {
            var run = step.Require(from.RunId);
            return (run.History[item.EventId].RequestCancelExternalWorkflowExecutionInitiatedEventAttributes, run.State.IsRunning);
        });
        if (!isWanted)
        {
            // As on the genuine server: what a workflow asked for in the task that closed it is not sent.
            await ConfirmAsync(from, item, _ => { });
            return;
        }

        var cause = CancelExternalWorkflowExecutionFailedCause.Unspecified;
        try
        {
            if (from.WorkflowId == item.WorkflowId && from.Namespace == item.Namespace)
            {
                throw WorkflowStep.NotFound("a workflow does not cancel itself");
            }

            await engine.DoAsync(item.Namespace, item.WorkflowId, step =>
            {
                var t = step.On(step.Require(item.RunId));
                if (initiated.ChildWorkflowOnly && !IsChildOf(t.State, from))
                {
                    throw WorkflowStep.NotFound("not a child");
                }

                if (!t.State.IsRunning)
                {
                    return;
                }

                WorkflowCancellation.Record(t, initiated.Reason, EngineLimits.HistoryService, item.RequestId, from, item.EventId);
            });
        }
        catch (RpcFailure refused)
        {
            cause = refused.Detail is Temporalio.Api.ErrorDetails.V1.NamespaceNotFoundFailure
                ? CancelExternalWorkflowExecutionFailedCause.NamespaceNotFound
                : CancelExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound;
        }

        await ConfirmAsync(from, item, t =>
        {
            if (!t.State.Cancels.ContainsKey(item.EventId))
            {
                return;
            }

            if (cause is CancelExternalWorkflowExecutionFailedCause.Unspecified)
            {
                ExternalCancels.Delivered(t, item.Namespace, initiated, item.EventId);
            }
            else
            {
                ExternalCancels.Refused(t, item.Namespace, initiated, item.EventId, cause);
            }
        });
    }

    private async Task ApplyParentClosePolicyAsync(RunKey from, OutboxItem item)
    {
        await TryAsync(item, step =>
        {
            // The child may have gone on in later runs; those are the same child.
            if (step.Current is not { State.IsRunning: true } child || child.State.FirstRunId != item.RunId)
            {
                return;
            }

            var t = step.On(child);
            if (item.ClosePolicy is ParentClosePolicy.Terminate)
            {
                WorkflowClose.Terminate(t, ParentClosed, null, EngineLimits.HistoryService);
            }
            else
            {
                WorkflowCancellation.Record(t, string.Empty, EngineLimits.HistoryService, Guid.NewGuid().ToString(), from, 0);
            }
        });
        await ConfirmAsync(from, item, _ => { });
    }

    private async Task TellParentAsync(RunKey from, OutboxItem item)
    {
        var childRunId = from.RunId;
        var firstRunId = await engine.DoAsync(from.Namespace, from.WorkflowId, step => step.Require(from.RunId).State.FirstRunId);
        await TryAsync(item, step =>
        {
            var parent = step.Require(item.RunId);
            while (!parent.State.IsRunning && parent.State.ResetRunId.Length > 0)
            {
                // A reset has put another run in its place, which knows the child too.
                parent = step.Require(parent.State.ResetRunId);
            }

            if (!parent.State.IsRunning
                || !parent.State.Children.TryGetValue(item.EventId, out var child)
                || child.WorkflowId != from.WorkflowId)
            {
                return;
            }

            var t = step.On(parent);
            var initiated = parent.History[item.EventId].StartChildWorkflowExecutionInitiatedEventAttributes;
            Children.Started(t, initiated, child, firstRunId);
            Children.Ended(t, initiated, child, childRunId, item.Event!);
        });
        await ConfirmAsync(from, item, _ => { });
    }

    private async Task CallBackAsync(RunKey from, OutboxItem item)
    {
        await _callbacks.DeliverAsync(from, item);
        await ConfirmAsync(from, item, _ => { });
    }

    private static bool IsChildOf(RunState state, RunKey parent) =>
        state.Parent is { } link && link.WorkflowId == parent.WorkflowId && link.RunId == parent.RunId && link.Namespace == parent.Namespace;

    private async Task TryAsync(OutboxItem item, Action<WorkflowStep> act)
    {
        try
        {
            await engine.DoAsync(item.Namespace, item.WorkflowId, act);
        }
        catch (RpcFailure)
        {
            // The other run is gone: nobody is left to be told.
        }
    }

    private async Task ConfirmAsync(RunKey from, OutboxItem item, Action<Transition> note)
    {
        try
        {
            await engine.DoAsync(from.Namespace, from.WorkflowId, step =>
            {
                var t = step.On(step.Require(from.RunId));
                if (t.State.Outbox.RemoveAll(o => o.Id == item.Id) == 0)
                {
                    return;
                }

                t.Persist();
                if (t.State.IsRunning)
                {
                    note(t);
                }
            });
        }
        catch (RpcFailure)
        {
            // Deleted meanwhile.
        }
    }
}
