using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Changes options of running workflows.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class ExecutionOptionsHandlers(WorkflowEngine engine, INamespaces namespaces)
{
    private static readonly FieldMask.MergeOptions Replacing = new() { ReplaceMessageFields = true, ReplacePrimitiveFields = true, ReplaceRepeatedFields = true };

    public Task<UpdateWorkflowExecutionOptionsResponse> UpdateWorkflowExecutionOptions(UpdateWorkflowExecutionOptionsRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        Check(request);
        var execution = request.WorkflowExecution;
        return engine.DoAsync(request.Namespace, execution.WorkflowId, step =>
        {
            var t = step.OnOpen(execution.RunId);
            var before = WorkflowOptions.Of(t.State);
            var after = before.Clone();
            request.UpdateMask.Merge(request.WorkflowExecutionOptions, after, Replacing);
            VersioningRules.Check(after.VersioningOverride, t.State.TaskQueue);
            if (!after.Equals(before))
            {
                WorkflowOptions.Update(t, after, request.Identity);
            }

            return new UpdateWorkflowExecutionOptionsResponse { WorkflowExecutionOptions = after };
        });
    }

    private static void Check(UpdateWorkflowExecutionOptionsRequest request)
    {
        RequestRules.Require(request.WorkflowExecution is { WorkflowId.Length: > 0 }, "WorkflowId is not set on request.");
        var runId = request.WorkflowExecution.RunId;
        RequestRules.Require(runId.Length == 0 || Guid.TryParse(runId, out _), "RunId is not valid UUID.");
        RequestRules.Require(request.UpdateMask is not null, "UpdateMask is required");
        RequestRules.Require(request.WorkflowExecutionOptions is not null, "WorkflowExecutionOptions is required");
        foreach (var path in request.UpdateMask!.Paths)
        {
            RequestRules.Require(
                FieldMask.IsValid(WorkflowExecutionOptions.Descriptor, path),
                $"error parsing UpdateMask: proto: invalid path \"{path}\" for message \"{WorkflowExecutionOptions.Descriptor.FullName}\"");
        }

        RequestRules.Require((request.WorkflowExecutionOptions!.Priority?.PriorityKey ?? 0) >= 0, "priority key can't be negative");
        TimeSkippingHandlers.Refuse(request.WorkflowExecutionOptions.TimeSkippingConfig);
    }
}
