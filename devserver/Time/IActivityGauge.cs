namespace Idp.DevServer.Time;

/// <summary>Tells the skipping clock whether something other than the passage of time can still happen.</summary>
internal interface IActivityGauge
{
    /// <summary>A delivery is due, a task is queued or running, or a transition is not yet committed.</summary>
    bool IsBusy { get; }

    /// <summary>The nearest deadline that waits for time alone; null when none does.</summary>
    DateTimeOffset? NextDeadline { get; }

    /// <summary>Either of the two may have changed; raised on any thread, and never while a lock is held.</summary>
    event Action Changed;
}
