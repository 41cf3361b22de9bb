using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Idp.DevServer.Namespaces;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;
using Operation = Temporalio.Api.WorkflowService.V1.ExecuteMultiOperationRequest.Types.Operation;
using OperationStatus = Temporalio.Api.ErrorDetails.V1.MultiOperationExecutionFailure.Types.OperationStatus;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Starts a workflow and updates it, or neither.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class MultiOperationHandlers(WorkflowEngine engine, INamespaces namespaces, ISearchAttributes searchAttributes, ServerFeatures features)
{
    public async Task<ExecuteMultiOperationResponse> ExecuteMultiOperation(ExecuteMultiOperationRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        RequestRules.Require(
            request.Operations is [{ OperationCase: Operation.OperationOneofCase.StartWorkflow }, { OperationCase: Operation.OperationOneofCase.UpdateWorkflow }],
            "Operations have to be exactly [Start, Update].");
        var start = Guarded(0, () => StartRequests.Check(request.Operations[0].StartWorkflow, namespaces, searchAttributes, features, engine.Limits, engine.Clock.GetUtcNow()));
        var update = request.Operations[1].UpdateWorkflow;
        Guarded(1, () =>
        {
            UpdateHandlers.Check(update, engine.Limits, features);
            RequestRules.Require(update.WorkflowExecution.WorkflowId == start.WorkflowId, "WorkflowId is not consistent with previous operation(s)");
            RequestRules.Require(update.WorkflowExecution.RunId.Length == 0, "RunId cannot be set for Update-with-Start");
            RequestRules.Require(start.CronSchedule.Length == 0, "CronSchedule is not allowed.");
            RequestRules.Require(!start.RequestEagerExecution, "RequestEagerExecution is not supported.");
            RequestRules.Require((start.WorkflowStartDelay?.ToTimeSpan() ?? TimeSpan.Zero) == TimeSpan.Zero, "WorkflowStartDelay is not supported.");
            return true;
        });
        var (started, admitted) = await engine.DoAsync(request.Namespace, start.WorkflowId, step =>
        {
            var started = Guarded(0, () => StartHandlers.Start(step, start));
            if (!started.Started)
            {
                // Here, and only here, the genuine server leaves it open.
                started.FirstExecutionRunId = string.Empty;
            }

            return (started, Guarded(1, () => UpdateHandlers.Admit(step, update)));
        });
        var updated = await GuardedAsync(() => UpdateHandlers.WaitAsync(admitted, update, engine.Limits, context));
        return new ExecuteMultiOperationResponse
        {
            Responses =
            {
                new ExecuteMultiOperationResponse.Types.Response { StartWorkflow = started },
                new ExecuteMultiOperationResponse.Types.Response { UpdateWorkflow = updated },
            },
        };
    }

    private static T Guarded<T>(int index, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (RpcFailure failure) when (failure.Detail is not MultiOperationExecutionFailure)
        {
            throw Failed(index, failure);
        }
    }

    private static async Task<T> GuardedAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (RpcFailure failure)
        {
            throw Failed(1, failure, isStarted: true);
        }
    }

    private static RpcFailure Failed(int index, RpcFailure failure, bool isStarted = false)
    {
        var own = new OperationStatus { Code = (int)failure.Code, Message = failure.Message };
        if (failure.Detail is { } detail)
        {
            own.Details.Add(Any.Pack(detail));
        }

        var other = isStarted
            ? new OperationStatus { Code = (int)StatusCode.OK }
            : new OperationStatus { Code = (int)StatusCode.Aborted, Message = "Operation was aborted.", Details = { Any.Pack(new MultiOperationExecutionAborted()) } };
        var detailOfAll = new MultiOperationExecutionFailure();
        detailOfAll.Statuses.AddRange(index == 0 ? [own, other] : [other, own]);
        return new RpcFailure(failure.Code, "Update-with-Start could not be executed.", detailOfAll);
    }
}
