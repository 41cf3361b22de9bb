using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Visibility.Storage;

/// <summary>What lists show of a run: less than a description of it, and times to the microsecond.</summary>
internal static class ListedRun
{
    private const long NanosecondsPerMicrosecond = 1_000;
    private const long MicrosecondsPerSecond = 1_000_000;

    public static WorkflowExecutionInfo From(WorkflowExecutionInfo info)
    {
        var listed = new WorkflowExecutionInfo
        {
            Execution = info.Execution,
            Type = info.Type,
            Status = info.Status,
            StartTime = Truncated(info.StartTime),
            ExecutionTime = Truncated(info.ExecutionTime),
            TaskQueue = info.TaskQueue,
            Memo = info.Memo,
            SearchAttributes = info.SearchAttributes,
            ParentExecution = info.ParentExecution,
            RootExecution = info.RootExecution ?? info.Execution,
        };

        // The genuine server learns these when a run closes.
        if (IsClosed(info))
        {
            listed.CloseTime = Truncated(info.CloseTime);
            listed.ExecutionDuration = info.ExecutionDuration;
            listed.HistoryLength = info.HistoryLength;
            listed.HistorySizeBytes = info.HistorySizeBytes;
            listed.StateTransitionCount = info.StateTransitionCount;
        }

        return listed;
    }

    public static bool IsClosed(WorkflowExecutionInfo info) =>
        info.Status is not (WorkflowExecutionStatus.Unspecified or WorkflowExecutionStatus.Running or WorkflowExecutionStatus.Paused) && info.CloseTime is not null;

    public static long Microseconds(Timestamp time) => (time.Seconds * MicrosecondsPerSecond) + (time.Nanos / NanosecondsPerMicrosecond);

    public static long Nanoseconds(Duration duration) => (duration.Seconds * MicrosecondsPerSecond * NanosecondsPerMicrosecond) + duration.Nanos;

    private static Timestamp? Truncated(Timestamp? time) =>
        time is null ? null : new Timestamp { Seconds = time.Seconds, Nanos = time.Nanos - (int)(time.Nanos % NanosecondsPerMicrosecond) };
}
