using Grpc.Core;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Updates workflows and waits for the updates' progress.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class UpdateHandlers(WorkflowEngine engine, INamespaces namespaces, ServerFeatures features)
{
    private const int FailingAttempts = 3;

    public async Task<UpdateWorkflowExecutionResponse> UpdateWorkflowExecution(UpdateWorkflowExecutionRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        Check(request, engine.Limits, features);
        var admitted = await engine.DoAsync(request.Namespace, request.WorkflowExecution.WorkflowId, step => Admit(step, request));
        return await WaitAsync(admitted, request, engine.Limits, context);
    }

    public async Task<PollWorkflowExecutionUpdateResponse> PollWorkflowExecutionUpdate(PollWorkflowExecutionUpdateRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        RequestRules.Require(request.UpdateRef is not null, "UpdateRef is not set on request.");
        RequireEnabled(features);
        var execution = RequestRules.Execution(request.UpdateRef!.WorkflowExecution);
        var id = request.UpdateRef.UpdateId;
        RequestRules.Require(id.Length > 0, "UpdateId is not set on request.");
        var admitted = await engine.DoAsync(request.Namespace, execution.WorkflowId, step =>
        {
            var run = step.Require(execution.RunId);
            return Find(run, id) ?? throw WorkflowStep.NotFound($"update {Quoted(id)} not found");
        });
        var stage = request.WaitPolicy?.LifecycleStage ?? UpdateWorkflowExecutionLifecycleStage.Unspecified;
        var (reached, outcome) = await admitted.Update.WaitAsync(stage, RequestRules.Wait(context, engine.Limits.LongPoll), context.CancellationToken);
        return new PollWorkflowExecutionUpdateResponse { Outcome = outcome, Stage = reached, UpdateRef = Ref(admitted.Key, id) };
    }

    public static void Check(UpdateWorkflowExecutionRequest request, EngineLimits limits, ServerFeatures features)
    {
        RequestRules.Execution(request.WorkflowExecution);
        RequestRules.Require(request.Request?.Meta is not null, "Update meta is not set on request.");
        RequestRules.Require(request.Request!.Input is not null, "Update input is not set on request.");
        RequestRules.Require(request.Request.Input!.Name.Length > 0, "Update name is not set on request.");
        RequestRules.Require(
            request.WaitPolicy?.LifecycleStage is not (null or UpdateWorkflowExecutionLifecycleStage.Unspecified) || request.WaitPolicy is not null,
            "WaitPolicy is not set on request.");
        if (request.Request.Meta.UpdateId.Length == 0)
        {
            request.Request.Meta.UpdateId = Guid.NewGuid().ToString();
        }

        RequestRules.Length(request.Request.Meta.UpdateId, limits, "UpdateId");
        RequireEnabled(features);
        RequirePermission(
            request.WaitPolicy!.LifecycleStage is not UpdateWorkflowExecutionLifecycleStage.Admitted,
            "UpdateWorkflowExecution issued asynchronously and waiting on update admitted is not supported.");
        RequirePermission(
            features.AsyncUpdates || request.WaitPolicy.LifecycleStage is not UpdateWorkflowExecutionLifecycleStage.Accepted,
            "UpdateWorkflowExecution issued asynchronously and waiting on update accepted is disabled on this namespace.");
    }

    private static void RequireEnabled(ServerFeatures features) =>
        RequirePermission(features.Updates, "UpdateWorkflowExecution operation is disabled on this namespace.");

    private static void RequirePermission(bool holds, string message)
    {
        if (!holds)
        {
            throw new RpcFailure(StatusCode.PermissionDenied, message, new PermissionDeniedFailure());
        }
    }

    /// <summary>Admits an update, or finds the one of the same id.</summary>
    public static AdmittedUpdate Admit(WorkflowStep step, UpdateWorkflowExecutionRequest request)
    {
        var run = step.Require(request.WorkflowExecution.RunId);
        var state = run.State;
        if (request.FirstExecutionRunId.Length > 0 && state.FirstRunId != request.FirstExecutionRunId)
        {
            throw WorkflowStep.NotFound("workflow execution not found");
        }

        var id = request.Request.Meta.UpdateId;
        if (Find(run, id) is { } known)
        {
            return known;
        }

        if (!state.IsRunning)
        {
            throw WorkflowStep.NotFound(WorkflowStep.NotFoundMessage);
        }

        if (state.Pause is not null)
        {
            throw new RpcFailure(StatusCode.FailedPrecondition, "Workflow is paused. Cannot update the workflow.");
        }

        if (state.Task.Attempt >= FailingAttempts)
        {
            throw new RpcFailure(
                StatusCode.FailedPrecondition,
                "Unable to perform workflow execution update due to Workflow Task in failed state.",
                new WorkflowNotReadyFailure());
        }

        if (state.CloseAttempted && state.Task.IsStarted)
        {
            throw Exhausted(ResourceExhaustedCause.BusyWorkflow, "workflow operation can not be applied because workflow is closing");
        }

        if (run.Updates.InFlight >= step.Limits.MaxInFlightUpdates)
        {
            throw Exhausted(
                ResourceExhaustedCause.ConcurrentLimit, $"limit on number of concurrent in-flight updates has been reached ({step.Limits.MaxInFlightUpdates})");
        }

        if (run.Facts.Count(FactKind.UpdateAccepted) >= step.Limits.MaxUpdates)
        {
            throw new RpcFailure(
                StatusCode.FailedPrecondition, $"The limit on the total number of distinct updates in this workflow has been reached ({step.Limits.MaxUpdates}). Make sure any duplicate updates share an Update ID so the server can deduplicate them, and consider rejecting updates that you aren't going to process. You can also Continue-as-New to avoid this; we recommend you check Continue-as-New Suggested in your Workflow.");
        }

        var update = new Update(id, request.Request);
        var t = step.On(run);
        run.Updates.Add(update);
        if (!state.Task.IsPending && state.FirstTaskAt is null)
        {
            WorkflowTasks.Schedule(t, speculative: true);
        }

        return new AdmittedUpdate(state.Key, update);
    }

    public static async Task<UpdateWorkflowExecutionResponse> WaitAsync(AdmittedUpdate admitted, UpdateWorkflowExecutionRequest request, EngineLimits limits, RpcContext context)
    {
        var (stage, outcome) = await admitted.Update.WaitAsync(
            request.WaitPolicy.LifecycleStage, RequestRules.Wait(context, limits.LongPoll), context.CancellationToken);
        return new UpdateWorkflowExecutionResponse
        {
            UpdateRef = Ref(admitted.Key, admitted.Update.Id),
            Outcome = outcome,
            Stage = stage,
            Link = LinkOf(admitted.Key, request.Request.RequestId, stage, outcome),
        };
    }

    private static Link? LinkOf(RunKey key, string requestId, UpdateWorkflowExecutionLifecycleStage stage, Outcome? outcome)
    {
        if (stage is UpdateWorkflowExecutionLifecycleStage.Admitted)
        {
            return null;
        }

        return outcome?.Failure is null
            ? Links.Request(key, requestId, EventType.WorkflowExecutionUpdateAccepted)
            : Links.Workflow(key, "Update rejected");
    }

    private static AdmittedUpdate? Find(Run run, string id)
    {
        if (run.Updates.Find(id) is { } inFlight)
        {
            return new AdmittedUpdate(run.State.Key, inFlight);
        }

        if (run.Facts.Find(FactKind.UpdateCompleted, id) is { } completed)
        {
            var done = new Update(id, null) { Stage = UpdateStage.Completed };
            done.TellCompleted(run.History[completed].WorkflowExecutionUpdateCompletedEventAttributes.Outcome);
            return new AdmittedUpdate(run.State.Key, done);
        }

        if (run.Facts.Find(FactKind.UpdateAccepted, id) is not { } accepted)
        {
            return null;
        }

        var update = new Update(id, null) { Stage = UpdateStage.Accepted, AcceptedEventId = accepted };
        update.TellAccepted();
        if (run.State.IsRunning)
        {
            run.Updates.Add(update);
        }
        else
        {
            update.TellCompleted(new Outcome { Failure = WorkflowClose.AcceptedButClosed() });
        }

        return new AdmittedUpdate(run.State.Key, update);
    }

    private static RpcFailure Exhausted(ResourceExhaustedCause cause, string message) =>
        new(StatusCode.ResourceExhausted, message, new ResourceExhaustedFailure { Cause = cause, Scope = ResourceExhaustedScope.Namespace });

    private static UpdateRef Ref(RunKey key, string id) =>
        new() { WorkflowExecution = new WorkflowExecution { WorkflowId = key.WorkflowId, RunId = key.RunId }, UpdateId = id };

    private static string Quoted(string text) => $"\"{text}\"";
}
