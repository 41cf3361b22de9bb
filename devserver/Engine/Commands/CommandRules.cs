using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Grpc;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Idp.DevServer.Engine.Commands;

/// <summary>Checks that several commands share, with the genuine server's words.</summary>
internal static class CommandRules
{
    public static void Require(bool holds, WorkflowTaskFailedCause cause, string message)
    {
        if (!holds)
        {
            throw new CommandFailure(cause, message);
        }
    }

    public static void RequireNotNegative(Duration? duration, WorkflowTaskFailedCause cause, string message) =>
        Require(Of(duration) >= TimeSpan.Zero, cause, message);

    public static void LimitSize(IMessage? payload, int mostBytes, WorkflowTaskFailedCause cause, string message)
    {
        if (payload?.CalculateSize() > mostBytes)
        {
            throw new CommandFailure(cause, message, terminates: true);
        }
    }

    public static TimeSpan Of(Duration? duration) => duration?.ToTimeSpan() ?? TimeSpan.Zero;

    /// <summary>The queue named, or the workflow's own.</summary>
    public static TaskQueue Queue(TaskQueue? named, string own) =>
        new() { Name = string.IsNullOrEmpty(named?.Name) ? own : named.Name, Kind = TaskQueueKind.Normal };

    public static Duration RunTimeout(Duration? run, Duration? execution)
    {
        var (asked, most) = (Of(run), Of(execution));
        return Duration.FromTimeSpan(asked == TimeSpan.Zero || (most > TimeSpan.Zero && asked > most) ? most : asked);
    }

    public static Duration TaskTimeout(Duration? task, Duration? run, EngineLimits limits)
    {
        var asked = Of(task) is var given && given > TimeSpan.Zero ? given : limits.DefaultTaskTimeout;
        asked = asked < EngineLimits.MaxTaskTimeout ? asked : EngineLimits.MaxTaskTimeout;
        var most = Of(run);
        return Duration.FromTimeSpan(most > TimeSpan.Zero && asked > most ? most : asked);
    }

    public static RetryPolicy? WorkflowRetry(RetryPolicy? policy, WorkflowTaskFailedCause cause)
    {
        if (policy is null)
        {
            return null;
        }

        var full = Retries.WithDefaults(policy);
        if (RetryRules.Check(full) is { } wrong)
        {
            throw new CommandFailure(cause, wrong);
        }

        return full;
    }

    /// <exception cref="CommandFailure">An attribute is unknown or has a value of another type.</exception>
    public static SearchAttributes? CheckSearchAttributes(CommandContext context, SearchAttributes? attributes)
    {
        try
        {
            return SearchAttributeRules.Check(attributes, context.SearchAttributes.All(context.State.Namespace), context.State.Namespace);
        }
        catch (RpcFailure wrong)
        {
            throw new CommandFailure(WorkflowTaskFailedCause.BadSearchAttributes, wrong.Message);
        }
    }
}
