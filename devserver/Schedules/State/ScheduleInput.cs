using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Schedule.V1;

namespace Idp.DevServer.Schedules.State;

/// <summary>Something that happened to a schedule.</summary>
internal abstract record ScheduleInput
{
    private ScheduleInput()
    {
    }

    /// <summary>Time has passed.</summary>
    public sealed record Elapsed : ScheduleInput;

    public sealed record Patched(SchedulePatch Patch) : ScheduleInput;

    /// <param name="ConflictToken">Zero changes whatever is there; any other only what has this token.</param>
    /// <param name="SearchAttributes">Null leaves them as they are.</param>
    public sealed record Updated(Schedule Schedule, long ConflictToken, SearchAttributes? SearchAttributes) : ScheduleInput;

    public sealed record Started(string RequestId, string RunId) : ScheduleInput;

    /// <summary>A call is done with: a start that was refused, or a run that was asked to end.</summary>
    public sealed record CallEnded(string RequestId) : ScheduleInput;

    /// <param name="FirstRunId">The run that the schedule started; others may have continued it.</param>
    public sealed record Closed(string WorkflowId, string FirstRunId, WorkflowExecutionStatus Status, Payloads? Result, Failure? Failure)
        : ScheduleInput;
}
