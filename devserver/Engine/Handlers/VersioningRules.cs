using Grpc.Core;
using Idp.DevServer.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>What a caller may say about the worker version of one run, where workers are in no deployments.</summary>
internal static class VersioningRules
{
    /// <summary>Checks an override, and takes what older callers say in other fields for what it means today.</summary>
    /// <exception cref="RpcFailure">It names a version: no worker here has one.</exception>
    public static void Check(VersioningOverride? asked, string taskQueue)
    {
        if (asked is null)
        {
            return;
        }

        if (asked.OverrideCase is VersioningOverride.OverrideOneofCase.None && asked.Behavior is VersioningBehavior.AutoUpgrade)
        {
            asked.AutoUpgrade = true;
        }

        RequestRules.Require(
            asked.OverrideCase is not VersioningOverride.OverrideOneofCase.None || asked.Behavior is VersioningBehavior.Pinned, "override behavior is required");
        if (asked.HasAutoUpgrade)
        {
            (asked.Behavior, asked.PinnedVersion, asked.Deployment) = (VersioningBehavior.Unspecified, string.Empty, null);
            return;
        }

        RequestRules.Require(
            asked.Pinned is null || asked.Pinned.Behavior is not VersioningOverride.Types.PinnedOverrideBehavior.Unspecified,
            "must specify pinned override behavior if override is pinned.");
        RequestRules.Require(asked.Pinned is null || asked.Pinned.Version is not null, "must provide version if override is pinned.");
        var version = asked.Pinned?.Version is { } pinned ? $"{pinned.DeploymentName}:{pinned.BuildId}" : asked.PinnedVersion;
        throw new RpcFailure(StatusCode.FailedPrecondition, $"Pinned version '{version}' is not present in task queue '{taskQueue}' of type 'Workflow'");
    }
}
