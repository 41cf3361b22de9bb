using Cronos;
using Idp.DevServer.Engine.State;

namespace Idp.DevServer.Engine.Machines;

/// <summary>When the next run of a cron workflow is due.</summary>
internal static class CronBackoff
{
    private const string EveryPrefix = "@every ";
    private static readonly string[] ZonePrefixes = ["CRON_TZ=", "TZ="];

    /// <exception cref="FormatException">It is not a cron schedule.</exception>
    public static void Validate(string schedule)
    {
        if (schedule.Length > 0)
        {
            _ = After(schedule, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        }
    }

    /// <returns>Null when the run is not on a schedule, or the schedule has no further time.</returns>
    public static TimeSpan? Next(RunState state, DateTimeOffset now)
    {
        if (state.CronSchedule.Length == 0)
        {
            return null;
        }

        return Next(state.CronSchedule, state.ExecutionTime, now);
    }

    /// <returns>The back-off of a run's first task; zero without a schedule.</returns>
    public static TimeSpan First(string schedule, DateTimeOffset now) =>
        schedule.Length == 0 ? TimeSpan.Zero : Next(schedule, now, now) ?? TimeSpan.Zero;

    private static TimeSpan? Next(string schedule, DateTimeOffset start, DateTimeOffset now)
    {
        if (After(schedule, start, now) is not { } next)
        {
            return null;
        }

        // Whole seconds, so that the run begins at its full second and not just before.
        return TimeSpan.FromSeconds(Math.Ceiling((next - now).TotalSeconds));
    }

    private static DateTimeOffset? After(string schedule, DateTimeOffset start, DateTimeOffset now)
    {
        if (schedule.StartsWith(EveryPrefix, StringComparison.Ordinal))
        {
            var interval = GoDuration.Parse(schedule[EveryPrefix.Length..]);
            var passed = now - start;
            var steps = passed < TimeSpan.Zero ? 1 : (long)(passed / interval) + 1;
            return start + (interval * steps);
        }

        var zone = TimeZoneInfo.Utc;
        var expression = schedule;
        foreach (var prefix in ZonePrefixes)
        {
            if (expression.StartsWith(prefix, StringComparison.Ordinal) && expression.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space)
            {
                zone = TimeZoneInfo.FindSystemTimeZoneById(expression[prefix.Length..space]);
                expression = expression[(space + 1)..];
            }
        }

        return CronExpression.Parse(expression).GetNextOccurrence(now, zone);
    }
}
