using Temporalio.Api.Schedule.V1;

namespace Idp.DevServer.Schedules.Specs;

/// <summary>One cron string of a schedule: a calendar or an interval, and the time zone it names.</summary>
/// <param name="TimeZoneName">Empty when the text names none.</param>
internal sealed record CronText(StructuredCalendarSpec? Calendar, IntervalSpec? Interval, string TimeZoneName)
{
    /// <summary>Reads a cron string of five to seven fields, a shorthand, or <c>@every interval/phase</c>; <c>#</c> begins a comment.</summary>
    /// <exception cref="ScheduleSpecException">The text is malformed.</exception>
    public static CronText Parse(string text)
    {
        var rest = text.Trim();
        var timeZone = string.Empty;
        if (rest.StartsWith("TZ=", StringComparison.Ordinal) || rest.StartsWith("CRON_TZ=", StringComparison.Ordinal))
        {
            var (prefix, fields) = Cut(rest, ' ');
            timeZone = prefix[(prefix.IndexOf('=', StringComparison.Ordinal) + 1)..];
            rest = fields ?? throw new ScheduleSpecException("CronString has time zone but missing fields");
        }

        var (expression, comment) = Cut(rest, '#');
        expression = expression.Trim();

        // The genuine server forgets the time zone of an interval, which has none.
        return expression.StartsWith("@every", StringComparison.Ordinal)
            ? new CronText(null, ParseInterval(expression), string.Empty)
            : new CronText(CalendarText.Parse(ToCalendar(Expand(expression), comment?.Trim() ?? string.Empty)), null, timeZone);
    }

    private static IntervalSpec ParseInterval(string expression)
    {
        var every = Cut(expression, ' ').After ?? throw new ScheduleSpecException("CronString does not have interval after @every");
        var (interval, phase) = Cut(every, '/');
        var spec = new IntervalSpec { Interval = GoDuration.ParseWithDays(interval) };
        if (!string.IsNullOrEmpty(phase))
        {
            spec.Phase = GoDuration.ParseWithDays(phase);
        }

        return spec;
    }

    private static string Expand(string expression) => expression switch
    {
        "@yearly" or "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" or "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        _ => expression,
    };

    private static CalendarSpec ToCalendar(string expression, string comment)
    {
        var fields = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        ReadOnlySpan<string> complete = fields.Length switch
        {
            5 => ["", .. fields, ""],
            6 => ["", .. fields],
            7 => fields,
            _ => throw new ScheduleSpecException("CronString does not have 5-7 fields"),
        };
        return new CalendarSpec
        {
            Second = complete[0],
            Minute = complete[1],
            Hour = complete[2],
            DayOfMonth = complete[3],
            Month = complete[4],
            DayOfWeek = complete[5],
            Year = complete[6],
            Comment = comment,
        };
    }

    private static (string Before, string? After) Cut(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }
}
