using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Commands;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Temporalio.Api.Activity.V1;
using Temporalio.Api.Common.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Changes the options of a pending activity that an update mask names.</summary>
internal static class ActivityOptionChanges
{
    /// <exception cref="RpcFailure">The mask names an option that does not exist.</exception>
    public static void Apply(ActivityState activity, ActivityOptions? options, FieldMask mask)
    {
        RequestRules.Require(options is not null, "ActivityOptions are not provided");
        RequestRules.Require(mask.Paths.Count > 0, "UpdateMask is not provided");
        foreach (var path in mask.Paths)
        {
            Apply(activity, options!, path.Replace("_", string.Empty, StringComparison.Ordinal).ToUpperInvariant(), path);
        }

        activity.RetryPolicy = Retries.WithDefaults(activity.RetryPolicy);
    }

    private static void Apply(ActivityState activity, ActivityOptions options, string name, string path)
    {
        var retry = activity.RetryPolicy?.Clone() ?? new RetryPolicy();
        switch (name)
        {
            case "TASKQUEUE" or "TASKQUEUE.NAME":
                activity.TaskQueue = options.TaskQueue?.Name ?? activity.TaskQueue;
                break;
            case "SCHEDULETOCLOSETIMEOUT":
                activity.ScheduleToClose = CommandRules.Of(options.ScheduleToCloseTimeout);
                break;
            case "SCHEDULETOSTARTTIMEOUT":
                activity.ScheduleToStart = CommandRules.Of(options.ScheduleToStartTimeout);
                break;
            case "STARTTOCLOSETIMEOUT":
                activity.StartToClose = CommandRules.Of(options.StartToCloseTimeout);
                break;
            case "HEARTBEATTIMEOUT":
                activity.Heartbeat = CommandRules.Of(options.HeartbeatTimeout);
                break;
            case "PRIORITY":
                activity.Priority = options.Priority;
                break;
            case "RETRYPOLICY":
                activity.RetryPolicy = options.RetryPolicy;
                break;
            case "RETRYPOLICY.INITIALINTERVAL":
                retry.InitialInterval = options.RetryPolicy?.InitialInterval;
                activity.RetryPolicy = retry;
                break;
            case "RETRYPOLICY.BACKOFFCOEFFICIENT":
                retry.BackoffCoefficient = options.RetryPolicy?.BackoffCoefficient ?? 0;
                activity.RetryPolicy = retry;
                break;
            case "RETRYPOLICY.MAXIMUMINTERVAL":
                retry.MaximumInterval = options.RetryPolicy?.MaximumInterval;
                activity.RetryPolicy = retry;
                break;
            case "RETRYPOLICY.MAXIMUMATTEMPTS":
                retry.MaximumAttempts = options.RetryPolicy?.MaximumAttempts ?? 0;
                activity.RetryPolicy = retry;
                break;
            default:
                throw RpcFailure.InvalidArgument($"unknown field {path} in UpdateMask");
        }
    }
}
