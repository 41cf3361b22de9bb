using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Sets how fast task queues give out their tasks.</summary>
/// <remarks>What it sets for fairness keys is kept and told; as on the genuine dev server, tasks go out by priority and age alone.</remarks>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class TaskQueueConfigHandlers(QueueConfigs configs, INamespaces namespaces, TimeProvider clock)
{
    private const string ReservedPrefix = "/_sys/";

    public async Task<UpdateTaskQueueConfigResponse> UpdateTaskQueueConfig(UpdateTaskQueueConfigRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        Check(request);
        var key = new TaskQueueKey(ns, request.TaskQueue, request.TaskQueueType);
        var config = await configs.ChangeAsync(key, before => Change(before, request), context.CancellationToken);
        return new UpdateTaskQueueConfigResponse { Config = config };
    }

    private static void Check(UpdateTaskQueueConfigRequest request)
    {
        RequestRules.Require(
            request.TaskQueueType is not TaskQueueType.Workflow || request.UpdateQueueRateLimit is null,
            "Setting rate limit on workflow task queues is not allowed.");
        CheckRate(request.UpdateQueueRateLimit, "UpdateQueueRateLimit");
        CheckRate(request.UpdateFairnessKeyRateLimitDefault, "UpdateFairnessKeyRateLimitDefault");
        foreach (var (name, weight) in request.SetFairnessWeightOverrides)
        {
            RequestRules.Require(weight > 0, $"invalid fairness weight weight for key \"{name}\": must be greater than zero");
            RequestRules.Require(
                !request.UnsetFairnessWeightOverrides.Contains(name), $"fairness weight override key \"{name}\" present in both set and unset lists");
        }

        RequestRules.Require(
            !request.TaskQueue.StartsWith(ReservedPrefix, StringComparison.Ordinal), $"task queue family name cannot have prefix {ReservedPrefix} {request.TaskQueue}");
    }

    private static void CheckRate(UpdateTaskQueueConfigRequest.Types.RateLimitUpdate? update, string name) => RequestRules.Require(
        update?.RateLimit is not { RequestsPerSecond: < 0 }, $"RequestsPerSecond for {name} rate limit must be non-negative.");

    private void Change(TaskQueueConfig config, UpdateTaskQueueConfigRequest request)
    {
        config.QueueRateLimit = Changed(config.QueueRateLimit, request.UpdateQueueRateLimit, request.Identity);
        config.FairnessKeysRateLimitDefault = Changed(config.FairnessKeysRateLimitDefault, request.UpdateFairnessKeyRateLimitDefault, request.Identity);
        foreach (var name in request.UnsetFairnessWeightOverrides)
        {
            config.FairnessWeightOverrides.Remove(name);
        }

        foreach (var (name, weight) in request.SetFairnessWeightOverrides)
        {
            config.FairnessWeightOverrides[name] = weight;
        }
    }

    private RateLimitConfig? Changed(RateLimitConfig? before, UpdateTaskQueueConfigRequest.Types.RateLimitUpdate? update, string identity) => update is null
        ? before
        : new RateLimitConfig
        {
            RateLimit = update.RateLimit,
            Metadata = new ConfigMetadata { Reason = update.Reason, UpdateIdentity = identity, UpdateTime = clock.GetUtcNow().ToTimestamp() },
        };
}
