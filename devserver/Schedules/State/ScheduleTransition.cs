namespace Idp.DevServer.Schedules.State;

/// <summary>What an input leads to. What is to be done beside it stands in the state: calls, and runs to wait for.</summary>
/// <param name="Wakeup">When time alone leads to the next change; null when it does not.</param>
/// <param name="IsExpired">Nothing will happen any more, and the time for looking at it has passed: the schedule goes.</param>
internal sealed record ScheduleTransition(SchedulerState State, DateTimeOffset? Wakeup, bool IsExpired);
