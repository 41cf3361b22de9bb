using Idp.DevServer.Engine.State;
using Idp.DevServer.Schedules;

namespace Idp.DevServer.Engine.Machines;

/// <summary>When the next run of a cron workflow is due.</summary>
internal static class CronBackoff
{
    /// <returns>Null when the run is not on a schedule, or the schedule has no further time.</returns>
    public static TimeSpan? Next(RunState state, DateTimeOffset now) => CronSpec.NextBackoff(state.CronSchedule, state.ExecutionTime, now);

    /// <returns>The back-off of a run's first task; zero without a schedule.</returns>
    public static TimeSpan First(string schedule, DateTimeOffset now) => CronSpec.NextBackoff(schedule, now, now) ?? TimeSpan.Zero;
}
