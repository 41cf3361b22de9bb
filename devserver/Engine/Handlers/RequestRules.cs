using Google.Protobuf;
using Idp.DevServer.Grpc;
using Temporalio.Api.Common.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Checks that requests share, with the genuine server's words.</summary>
internal static class RequestRules
{
    public static WorkflowExecution Execution(WorkflowExecution? execution)
    {
        Require(execution is not null, "Execution is not set on request.");
        Require(execution!.WorkflowId.Length > 0, "WorkflowId is not set on request.");
        Require(execution.RunId.Length == 0 || Guid.TryParse(execution.RunId, out _), "Invalid RunId.");
        return execution;
    }

    public static void Queue(TaskQueue? queue, EngineLimits limits)
    {
        Require(queue is not null, "taskQueue is not set");
        Require(queue!.Name.Length > 0, "missing task queue name");
        Require(queue.Name.Length <= limits.MaxIdLength, "taskQueue length exceeds limit");
    }

    public static void Blob(IMessage? blob, int mostBytes, string what)
    {
        if (blob?.CalculateSize() > mostBytes)
        {
            throw RpcFailure.InvalidArgument(what);
        }
    }

    public static void Length(string text, EngineLimits limits, string what) => Require(text.Length <= limits.MaxIdLength, $"{what} length exceeds limit.");

    public static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw RpcFailure.InvalidArgument(message);
        }
    }

    /// <summary>How long a call may wait: the server's limit, or until shortly before its caller gives up.</summary>
    public static TimeSpan Wait(RpcContext context, TimeSpan most)
    {
        if (context.Deadline is not { } deadline)
        {
            return most;
        }

        var left = deadline - TimeProvider.System.GetUtcNow() - EngineLimits.PollMargin;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < most ? left : most;
    }
}
