using Temporalio.Api.Common.V1;

namespace Idp.DevServer.Engine.State;

/// <summary>The one workflow task of a run; nothing is pending while <see cref="ScheduledEventId"/> is 0.</summary>
internal sealed class WorkflowTaskState
{
    public long ScheduledEventId { get; set; }

    public long StartedEventId { get; set; }

    /// <summary>Attempt of the pending task, or of the next one.</summary>
    public int Attempt { get; set; } = 1;

    public TimeSpan Timeout { get; set; }

    public DateTimeOffset ScheduledTime { get; set; }

    /// <summary>When the first of a chain of heartbeating tasks was scheduled.</summary>
    public DateTimeOffset OriginalScheduledTime { get; set; }

    public DateTimeOffset StartedTime { get; set; }

    public string RequestId { get; set; } = string.Empty;

    public string Identity { get; set; } = string.Empty;

    public WorkerVersionStamp? WorkerVersion { get; set; }

    /// <summary>Lives in memory only, and may be dropped as if it had never been.</summary>
    public bool IsSpeculative { get; set; }

    public bool SuggestContinueAsNew { get; set; }

    public int[] SuggestReasons { get; set; } = [];

    public long HistoryBytes { get; set; }

    /// <summary>Tells the current dispatch from earlier ones.</summary>
    public long Stamp { get; set; }

    public bool IsPending => ScheduledEventId != 0;

    public bool IsStarted => StartedEventId != 0;

    public WorkflowTaskState Clone() => (WorkflowTaskState)MemberwiseClone();
}
