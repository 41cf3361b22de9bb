using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Starts workflows, with or without a first signal.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class StartHandlers(WorkflowEngine engine, INamespaces namespaces, ISearchAttributes searchAttributes, ServerFeatures features)
{
    public Task<StartWorkflowExecutionResponse> StartWorkflowExecution(StartWorkflowExecutionRequest request, RpcContext context)
    {
        var checkedRequest = StartRequests.Check(request, namespaces, searchAttributes, features, engine.Limits, engine.Clock.GetUtcNow());
        checkedRequest.RequestEagerExecution &= features.EagerWorkflowStart;
        return engine.DoAsync(checkedRequest.Namespace, checkedRequest.WorkflowId, step => Start(step, checkedRequest));
    }

    public Task<SignalWithStartWorkflowExecutionResponse> SignalWithStartWorkflowExecution(SignalWithStartWorkflowExecutionRequest request, RpcContext context)
    {
        RequestRules.Require(request.SignalName.Length > 0, "signal not set");
        RequestRules.Blob(request.SignalInput, engine.Limits.MaxBlobBytes, "Blob data size exceeds limit.");
        var start = StartRequests.Check(StartRequests.Of(request), namespaces, searchAttributes, features, engine.Limits, engine.Clock.GetUtcNow());
        return engine.DoAsync(start.Namespace, start.WorkflowId, step => SignalWithStart(step, start, request));
    }

    /// <summary>Starts a run, or finds the one that answers the request.</summary>
    public static StartWorkflowExecutionResponse Start(WorkflowStep step, StartWorkflowExecutionRequest request)
    {
        var runId = Guid.NewGuid().ToString();
        if (StartPolicy.Apply(step, request.RequestId, request.WorkflowIdReusePolicy, request.WorkflowIdConflictPolicy, runId) is { } existing)
        {
            return Existing(step, existing, request);
        }

        var isEager = request.RequestEagerExecution && (request.WorkflowStartDelay?.ToTimeSpan() ?? TimeSpan.Zero) == TimeSpan.Zero && request.CronSchedule.Length == 0;
        var attributes = StartRequests.Attributes(request, runId, step.Now);
        attributes.EagerExecutionAccepted = isEager;
        var t = new WorkflowStart(attributes, request.RequestId)
        {
            UserMetadata = request.UserMetadata,
            Links = request.Links,
            Dispatch = !isEager,
        }.Begin(step);
        var response = Answer(t.State, isStarted: true, Links.Started(t.State.Key));
        if (isEager)
        {
            WorkflowTasks.Start(t, request.RequestId, request.Identity, WorkflowTasks.CurrentQueue(t.State));
            response.EagerWorkflowTask = WorkflowTaskReplies.Started(t, isSticky: false);
        }

        return response;
    }

    private static StartWorkflowExecutionResponse Existing(WorkflowStep step, Run run, StartWorkflowExecutionRequest request)
    {
        var state = run.State;
        if (state.StartRequestId == request.RequestId)
        {
            var response = Answer(state, isStarted: true, Links.Started(state.Key));
            response.Status = state.Status;
            return response;
        }

        if (!state.Requests.ContainsKey(request.RequestId)
            && request.OnConflictOptions is { } options
            && (options.AttachRequestId || options.AttachCompletionCallbacks || options.AttachLinks))
        {
            Attach(step.On(run), request, options);
        }

        var link = state.Requests.TryGetValue(request.RequestId, out var attached)
            ? Links.Request(state.Key, request.RequestId, attached.EventType)
            : Links.Started(state.Key);
        return Answer(state, isStarted: false, link);
    }

    private static void Attach(Transition t, StartWorkflowExecutionRequest request, Temporalio.Api.Workflow.V1.OnConflictOptions options)
    {
        var updated = t.Add(EventType.WorkflowExecutionOptionsUpdated);
        updated.WorkerMayIgnore = true;
        updated.WorkflowExecutionOptionsUpdatedEventAttributes = new WorkflowExecutionOptionsUpdatedEventAttributes
        {
            AttachedRequestId = options.AttachRequestId ? request.RequestId : string.Empty,
        };
        if (options.AttachCompletionCallbacks)
        {
            updated.WorkflowExecutionOptionsUpdatedEventAttributes.AttachedCompletionCallbacks.AddRange(request.CompletionCallbacks);
            WorkflowOptions.Apply(t, updated.WorkflowExecutionOptionsUpdatedEventAttributes);
        }

        if (options.AttachLinks)
        {
            updated.Links.AddRange(request.Links);
        }

        if (options.AttachRequestId)
        {
            t.State.Requests[request.RequestId] = new AttachedRequest(EventType.WorkflowExecutionOptionsUpdated, updated.EventId);
        }
    }

    private static SignalWithStartWorkflowExecutionResponse SignalWithStart(
        WorkflowStep step, StartWorkflowExecutionRequest start, SignalWithStartWorkflowExecutionRequest request)
    {
        var conflict = start.WorkflowIdConflictPolicy is WorkflowIdConflictPolicy.TerminateExisting
            ? WorkflowIdConflictPolicy.TerminateExisting
            : WorkflowIdConflictPolicy.UseExisting;
        var runId = Guid.NewGuid().ToString();
        var existing = step.Current is { State.IsRunning: false } closed && closed.State.StartRequestId == start.RequestId
            ? closed
            : StartPolicy.Apply(step, start.RequestId, start.WorkflowIdReusePolicy, conflict, runId);
        Transition t;
        if (existing is not null)
        {
            t = step.On(existing);
            if (!existing.State.IsRunning)
            {
                return Answer(existing.State, isStarted: false);
            }
        }
        else
        {
            t = new WorkflowStart(StartRequests.Attributes(start, runId, step.Now), start.RequestId)
            {
                UserMetadata = start.UserMetadata,
                Links = start.Links,
                WithoutTask = true,
            }.Begin(step);
        }

        WorkflowSignals.Record(
            t,
            new WorkflowExecutionSignaledEventAttributes
            {
                SignalName = request.SignalName,
                Input = request.SignalInput,
                Identity = request.Identity,
                Header = request.Header,
                RequestId = request.RequestId,
            },
            request.Links);
        var response = Answer(t.State, isStarted: existing is null);
        response.SignalLink = Links.Request(t.State.Key, request.RequestId, EventType.WorkflowExecutionSignaled);
        return response;
    }

    private static SignalWithStartWorkflowExecutionResponse Answer(RunState state, bool isStarted) =>
        new() { RunId = state.RunId, FirstExecutionRunId = state.FirstRunId, Started = isStarted };

    private static StartWorkflowExecutionResponse Answer(RunState state, bool isStarted, Link link) => new()
    {
        RunId = state.RunId,
        FirstExecutionRunId = state.FirstRunId,
        Started = isStarted,
        Status = WorkflowExecutionStatus.Running,
        Link = link,
    };
}
