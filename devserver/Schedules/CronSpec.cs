using Idp.DevServer.Grpc;
using Idp.DevServer.Schedules.Specs;

namespace Idp.DevServer.Schedules;

/// <summary>The cron schedule of a workflow: five fields, a shorthand or <c>@every</c>, as robfig/cron's standard parser reads them.</summary>
/// <remarks>Not the cron strings of schedules, which know years, seconds, comments and other names.</remarks>
public static class CronSpec
{
    /// <summary>How long a workflow of this schedule waits for its next run.</summary>
    /// <param name="cron">Empty for a workflow without a schedule.</param>
    /// <param name="start">When the run that ends was due to start.</param>
    /// <param name="close">When it ended, or now.</param>
    /// <returns>Whole seconds, rounded up; null when no run follows.</returns>
    public static TimeSpan? NextBackoff(string cron, DateTimeOffset start, DateTimeOffset close)
    {
        if (cron.Length == 0 || TryParse(cron) is not { } schedule)
        {
            return null;
        }

        if (close < start)
        {
            return RoundUp(start - close);
        }

        var next = schedule.Next(start);
        if (schedule is CronInterval interval && next < close)
        {
            // Runs may have been missed for years of seconds; the result of stepping through them is known.
            next = interval.SkipTo(next.Value, close);
        }

        while (next < close)
        {
            next = schedule.Next(next.Value);
        }

        return next is { } due ? RoundUp(due - close) : null;
    }

    /// <summary>Refuses what cannot be read and what never happens.</summary>
    /// <exception cref="RpcFailure">The schedule is invalid.</exception>
    public static void Validate(string cron, DateTimeOffset now)
    {
        if (cron.Length == 0)
        {
            return;
        }

        var schedule = TryParse(cron) ?? throw RpcFailure.InvalidArgument("invalid CronSchedule.");
        if (schedule.Next(now) is null)
        {
            throw RpcFailure.InvalidArgument("invalid CronSchedule, no time can be found to satisfy the schedule");
        }
    }

    private static ICron? TryParse(string cron)
    {
        try
        {
            return Parse(cron);
        }
        catch (ScheduleSpecException)
        {
            return null;
        }
    }

    private static ICron Parse(string cron)
    {
        var zone = Zone.Utc;
        if (cron.StartsWith("TZ=", StringComparison.Ordinal) || cron.StartsWith("CRON_TZ=", StringComparison.Ordinal))
        {
            var space = cron.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0)
            {
                throw new ScheduleSpecException("missing fields");
            }

            zone = Zones.Load(cron[(cron.IndexOf('=', StringComparison.Ordinal) + 1)..space]);
            cron = cron[space..].Trim();
        }

        const string every = "@every ";
        return cron.StartsWith(every, StringComparison.Ordinal)
            ? new CronInterval(GoDuration.Parse(cron[every.Length..]))
            : CronFields.Parse(cron, zone);
    }

    private static TimeSpan RoundUp(TimeSpan span) => TimeSpan.FromSeconds(Math.Ceiling(span.TotalSeconds));
}
