using Grpc.Core;
using Idp.DevServer.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>What a caller may say about the worker version of one run, where workers are in no deployments.</summary>
internal static class VersioningRules
{
    /// <exception cref="RpcFailure">It names a version: no worker here has one.</exception>
    public static void Check(VersioningOverride? asked, string taskQueue)
    {
        if (asked is null)
        {
            return;
        }

#pragma warning disable CS0612 // Older callers set the deprecated behaviour instead.
        var isSet = asked.OverrideCase is not VersioningOverride.OverrideOneofCase.None || asked.Behavior is not VersioningBehavior.Unspecified;
#pragma warning restore CS0612
        RequestRules.Require(isSet, "override behavior is required");
        if (asked.Pinned is not { } pinned)
        {
            return;
        }

        RequestRules.Require(
            pinned.Behavior is not VersioningOverride.Types.PinnedOverrideBehavior.Unspecified, "must specify pinned override behavior if override is pinned.");
        RequestRules.Require(pinned.Version is not null, "must provide version if override is pinned.");
        throw new RpcFailure(
            StatusCode.FailedPrecondition,
            $"Pinned version '{pinned.Version!.DeploymentName}:{pinned.Version.BuildId}' is not present in task queue '{taskQueue}' of type 'Workflow'");
    }
}
