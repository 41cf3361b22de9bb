using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;

namespace Idp.DevServer.Engine.State;

/// <summary>One activity from its scheduling to its end; its input stays in the scheduled event.</summary>
internal sealed class ActivityState
{
    public required long ScheduledEventId { get; init; }

    public required string ActivityId { get; init; }

    public required string ActivityType { get; init; }

    public required string TaskQueue { get; set; }

    public TimeSpan ScheduleToClose { get; set; }

    public TimeSpan ScheduleToStart { get; set; }

    public TimeSpan StartToClose { get; set; }

    public TimeSpan Heartbeat { get; set; }

    public RetryPolicy? RetryPolicy { get; set; }

    public Priority? Priority { get; set; }

    public int Attempt { get; set; } = 1;

    public DateTimeOffset FirstScheduledTime { get; set; }

    /// <summary>When the current attempt may be dispatched.</summary>
    public DateTimeOffset ScheduledTime { get; set; }

    /// <summary>The current attempt's start; null while it waits.</summary>
    public DateTimeOffset? StartedTime { get; set; }

    public string RequestId { get; set; } = string.Empty;

    public string Identity { get; set; } = string.Empty;

    public WorkerVersionStamp? WorkerVersion { get; set; }

    public bool IsEager { get; set; }

    public bool CancelRequested { get; set; }

    public long CancelRequestEventId { get; set; }

    public Payloads? HeartbeatDetails { get; set; }

    public DateTimeOffset? HeartbeatTime { get; set; }

    public Failure? LastFailure { get; set; }

    public string LastWorkerIdentity { get; set; } = string.Empty;

    public DateTimeOffset? LastStartedTime { get; set; }

    public DateTimeOffset? LastAttemptCompleteTime { get; set; }

    public TimeSpan? RetryInterval { get; set; }

    public PauseState? Pause { get; set; }

    public bool ResetRequested { get; set; }

    public bool ResetHeartbeat { get; set; }

    public long Stamp { get; set; }

    /// <summary>The current attempt was given to matching; it is again after a restart.</summary>
    public bool Dispatched { get; set; }

    public bool IsStarted => StartedTime is not null;
}
