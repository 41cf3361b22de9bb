using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Schedule.V1;

namespace Idp.DevServer.Schedules.Specs;

/// <summary>A schedule's specification, checked and ready to be asked for its next time. Pure.</summary>
internal sealed class CompiledSpec
{
    // A specification that excludes nearly all that it includes would otherwise search every second until 2100.
    private const int MaxExcluded = 2_000_000;
    private const long MaxJitterMilliseconds = uint.MaxValue;

    private readonly ImmutableArray<CompiledCalendar> _calendars;
    private readonly ImmutableArray<CompiledCalendar> _excluded;

    private CompiledSpec(ScheduleSpec canonical, Zone zone)
    {
        Canonical = canonical;
        _calendars = [.. canonical.StructuredCalendar.Select(c => new CompiledCalendar(c, zone))];
        _excluded = [.. canonical.ExcludeStructuredCalendar.Select(c => new CompiledCalendar(c, zone))];
    }

    /// <summary>The specification as stored; not to be changed.</summary>
    public ScheduleSpec Canonical { get; }

    /// <exception cref="ScheduleSpecException">The specification is invalid.</exception>
    public static CompiledSpec Compile(ScheduleSpec spec)
    {
        var canonical = SpecCanonicalizer.Canonicalize(spec);
        var zone = canonical.TimezoneData.IsEmpty ? Zones.Load(canonical.TimezoneName) : ZoneFile.Parse(canonical.TimezoneData.Span);
        return new CompiledSpec(canonical, zone);
    }

    /// <summary>The first time after <paramref name="after"/>; null when there is none.</summary>
    /// <param name="jitterSeed">Namespace id and schedule id; with the nominal time it decides the jitter.</param>
    public ActionTime? Next(string jitterSeed, DateTimeOffset after)
    {
        var from = Later(after, (Canonical.StartTime ?? new Timestamp()).ToDateTimeOffset().AddSeconds(-1)).ToUnixTimeSeconds();
        var nominal = RawNext(from);
        for (var excluded = 0; nominal is { } candidate && !IsPastEnd(candidate) && IsExcluded(candidate); excluded++)
        {
            if (excluded >= MaxExcluded)
            {
                throw new ScheduleSpecException(
                    "the schedule calendar specification has too many exclusions. Please modify the specification.");
            }

            nominal = RawNext(candidate);
        }

        if (nominal is not { } found || IsPastEnd(found))
        {
            return null;
        }

        // Jitter must not reach beyond the following nominal time.
        var jitter = Canonical.Jitter is { } given ? (given.Seconds * 1_000) + (given.Nanos / 1_000_000) : 0;
        if (RawNext(found) is { } following)
        {
            jitter = Math.Min(jitter, (following - found) * 1_000);
        }

        var time = DateTimeOffset.FromUnixTimeSeconds(found);
        var fraction = ScheduleJitter.Fraction(found, jitterSeed);
        var added = (long)((fraction * (ulong)Math.Clamp(jitter, 0, MaxJitterMilliseconds)) >> 32);
        return new ActionTime(time, time.AddMilliseconds(added));
    }

    private long? RawNext(long after)
    {
        long? next = null;
        foreach (var calendar in _calendars)
        {
            next = Earlier(next, calendar.Next(after));
        }

        foreach (var interval in Canonical.Interval)
        {
            next = Earlier(next, Next(interval, after));
        }

        return next;
    }

    // Whole seconds only; the fraction of an interval is ignored, as by the genuine server.
    private static long Next(IntervalSpec interval, long after)
    {
        var every = Math.Max(interval.Interval?.Seconds ?? 0, 1);
        var phase = Math.Max(interval.Phase?.Seconds ?? 0, 0);
        return ((((after - phase) / every) + 1) * every) + phase;
    }

    private bool IsExcluded(long nominal)
    {
        foreach (var calendar in _excluded)
        {
            if (calendar.Matches(nominal))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsPastEnd(long nominal) =>
        (Canonical.EndTime is { } end && nominal > end.Seconds)
        || nominal >= CalendarDate.DaysFromCivil(CalendarField.MaxYear + 1, 1, 1) * 86_400L;

    private static long? Earlier(long? a, long? b) => a is null || b < a ? b ?? a : a;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
