namespace Idp.DevServer.Tests.Schedules;

/// <param name="At">When a genuine server took the workflow.</param>
/// <param name="Wait">How long it then made it wait; null where it refused the schedule.</param>
public sealed record CronCase(string Cron, DateTimeOffset At, TimeSpan? Wait);
