using System.Text;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Schedule.V1;
using Range = Temporalio.Api.Schedule.V1.Range;

namespace Idp.DevServer.Schedules.Specs;

/// <summary>Brings a specification into the form that is stored: structured calendars and intervals only.</summary>
internal static class SpecCanonicalizer
{
    private const int MaxCommentBytes = 200;

    /// <exception cref="ScheduleSpecException">The specification is malformed or contradicts itself.</exception>
    public static ScheduleSpec Canonicalize(ScheduleSpec given)
    {
        var spec = given.Clone();
        spec.StructuredCalendar.Add(spec.Calendar.Select(CalendarText.Parse).ToList());
        spec.Calendar.Clear();
#pragma warning disable CS0612 // Old clients still send it.
        spec.ExcludeStructuredCalendar.Add(spec.ExcludeCalendar.Select(CalendarText.Parse).ToList());
        spec.ExcludeCalendar.Clear();
#pragma warning restore CS0612
        AddCronStrings(spec);
        foreach (var calendar in spec.StructuredCalendar)
        {
            Validate(calendar);
        }

        // The genuine server takes any excluded value, and crashes on negative ones.
        foreach (var calendar in spec.ExcludeStructuredCalendar.Where(c => FieldsOf(c).Any(f => f.Ranges.Any(r => r.Start < 0 || r.Step < 0))))
        {
            Validate(calendar);
        }

        foreach (var interval in spec.Interval)
        {
            Validate(interval);
        }

        return spec;
    }

    /// <summary>Fills in what ranges leave to defaults, as descriptions show them.</summary>
    public static void FillDefaults(ScheduleSpec spec)
    {
        foreach (var calendar in spec.StructuredCalendar.Concat(spec.ExcludeStructuredCalendar))
        {
            foreach (var range in FieldsOf(calendar).SelectMany(f => f.Ranges))
            {
                range.End = Math.Max(range.Start, range.End);
                range.Step = range.Step == 0 ? 1 : range.Step;
            }
        }
    }

    private static void AddCronStrings(ScheduleSpec spec)
    {
        string? timeZone = null;
        foreach (var cron in spec.CronString.Select(CronText.Parse))
        {
            // All of them must agree, be it on having none.
            if (timeZone is not null && cron.TimeZoneName != timeZone)
            {
                throw Conflict();
            }

            timeZone = cron.TimeZoneName;
            if (cron.Calendar is { } calendar)
            {
                spec.StructuredCalendar.Add(calendar);
            }

            if (cron.Interval is { } interval)
            {
                spec.Interval.Add(interval);
            }
        }

        spec.CronString.Clear();
        if (string.IsNullOrEmpty(timeZone))
        {
            return;
        }

        if ((spec.TimezoneName.Length > 0 && spec.TimezoneName != timeZone) || spec.TimezoneData.Length > 0)
        {
            throw Conflict();
        }

        spec.TimezoneName = timeZone;
    }

    private static void Validate(StructuredCalendarSpec calendar)
    {
        var errors = FieldsOf(calendar).SelectMany(f => f.Ranges.SelectMany(range => Check(range, f.Field))).ToList();
        if (Encoding.UTF8.GetByteCount(calendar.Comment) > MaxCommentBytes)
        {
            errors.Add("comment is too long");
        }

        if (errors.Count > 0)
        {
            throw new ScheduleSpecException("invalid calendar spec: " + string.Join(", ", errors));
        }
    }

    private static IEnumerable<string> Check(Range range, CalendarField field)
    {
        if (range.Start < field.Min || range.Start > field.Max)
        {
            yield return $"{field.Name} Start is not in range [{field.Min}-{field.Max}]";
        }

        if (range.End != 0 && (range.End < range.Start || range.End > field.Max))
        {
            yield return $"{field.Name} End is before Start or not in range [{field.Min}-{field.Max}]";
        }

        if (range.Step < 0)
        {
            yield return $"{field.Name} has invalid Step";
        }
    }

    private static void Validate(IntervalSpec interval)
    {
        var every = interval.Interval ?? new Duration();
        var phase = interval.Phase ?? new Duration();
        var error = (every.CompareTo(new Duration { Seconds = 1 }), phase.CompareTo(new Duration()), phase.CompareTo(every)) switch
        {
            ( < 0, _, _) => "interval is too small",
            (_, < 0, _) => "phase is negative",
            (_, _, >= 0) => "phase cannot be greater than Interval",
            _ => null,
        };
        if (error is not null)
        {
            throw new ScheduleSpecException(error);
        }
    }

    private static IEnumerable<(RepeatedField<Range> Ranges, CalendarField Field)> FieldsOf(StructuredCalendarSpec calendar) =>
    [
        (calendar.Second, CalendarField.Second),
        (calendar.Minute, CalendarField.Minute),
        (calendar.Hour, CalendarField.Hour),
        (calendar.DayOfMonth, CalendarField.DayOfMonth),
        (calendar.Month, CalendarField.Month),
        (calendar.Year, CalendarField.Year),
        (calendar.DayOfWeek, CalendarField.DayOfWeek),
    ];

    private static ScheduleSpecException Conflict() => new("conflicting timezone names");
}
