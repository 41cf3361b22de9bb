using System.Globalization;

namespace Idp.DevServer.Schedules.Specs;

/// <summary>Five cron fields, as robfig/cron (version 3, standard parser) reads and follows them.</summary>
internal sealed class CronFields : ICron
{
    private const ulong Star = 1UL << 63;
    private const int MaxYearsAhead = 5;
    private const int SecondsPerHour = 3_600;
    private const int SecondsPerMinute = 60;

    private static readonly string[] MonthNames =
        ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly Zone _zone;
    private readonly ulong _minutes;
    private readonly ulong _hours;
    private readonly ulong _days;
    private readonly ulong _months;
    private readonly ulong _daysOfWeek;

    private CronFields(string[] fields, Zone zone)
    {
        _zone = zone;
        _minutes = Bits(fields[0], 0, 59, []);
        _hours = Bits(fields[1], 0, 23, []);
        _days = Bits(fields[2], 1, 31, []);
        _months = Bits(fields[3], 1, 12, MonthNames);
        _daysOfWeek = Bits(fields[4], 0, 6, DayNames);
    }

    /// <exception cref="ScheduleSpecException">The text is no cron schedule.</exception>
    public static CronFields Parse(string cron, Zone zone)
    {
        var fields = Expand(cron).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length == 5
            ? new CronFields(fields, zone)
            : throw new ScheduleSpecException($"expected exactly 5 fields, found {fields.Length}: {cron}");
    }

    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var unix = after.ToUnixTimeSeconds() + 1;
        var lastYear = _zone.At(unix).Year + MaxYearsAhead;
        var isRounded = false;
        while (_zone.At(unix).Year <= lastYear)
        {
            if (TryMonth(ref unix, ref isRounded) && TryDay(ref unix, ref isRounded)
                && TryHour(ref unix, ref isRounded) && TryMinute(ref unix, ref isRounded) && TrySecond(ref unix))
            {
                return DateTimeOffset.FromUnixTimeSeconds(unix);
            }
        }

        return null;
    }

    // Each of these moves to the first match of its field; false when the field wrapped around, so that larger ones are looked at again.
    private bool TryMonth(ref long unix, ref bool isRounded)
    {
        for (var at = _zone.At(unix); !Has(_months, at.Month); at = _zone.At(unix))
        {
            // Adding a month keeps the day of the month once it is rounded to the first.
            var (day, second) = isRounded ? (at.Day, (at.Hour * SecondsPerHour) + (at.Minute * SecondsPerMinute) + at.Second) : (1, 0);
            isRounded = true;
            var (year, month) = at.Month == 12 ? (at.Year + 1, 1) : (at.Year, at.Month + 1);
            unix = _zone.ToUnix(year, month, day, 0, 0, second);
            if (_zone.At(unix).Month == 1)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryDay(ref long unix, ref bool isRounded)
    {
        for (var at = _zone.At(unix); !HasDay(at); at = _zone.At(unix))
        {
            var second = isRounded ? (at.Hour * SecondsPerHour) + (at.Minute * SecondsPerMinute) + at.Second : 0;
            isRounded = true;
            unix = _zone.ToUnix(at.Year, at.Month, at.Day + 1, 0, 0, second);

            // Summer time may begin or end at midnight; go back or on to the hour nearest to it.
            var hour = _zone.At(unix).Hour;
            unix += (hour > 12 ? 24 - hour : -hour) * SecondsPerHour;
            if (_zone.At(unix).Day == 1)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryHour(ref long unix, ref bool isRounded)
    {
        for (var at = _zone.At(unix); !Has(_hours, at.Hour); at = _zone.At(unix))
        {
            unix = (isRounded ? unix : _zone.ToUnix(at.Year, at.Month, at.Day, at.Hour, 0, 0)) + SecondsPerHour;
            isRounded = true;
            if (_zone.At(unix).Hour == 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryMinute(ref long unix, ref bool isRounded)
    {
        for (var at = _zone.At(unix); !Has(_minutes, at.Minute); at = _zone.At(unix))
        {
            unix = (isRounded ? unix : unix - (unix % SecondsPerMinute)) + SecondsPerMinute;
            isRounded = true;
            if (_zone.At(unix).Minute == 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool TrySecond(ref long unix)
    {
        while (_zone.At(unix).Second != 0)
        {
            unix++;
            if (_zone.At(unix).Second == 0)
            {
                return false;
            }
        }

        return true;
    }

    // Day and weekday restrict together if either is a star; otherwise one of them suffices.
    private bool HasDay(WallClock at)
    {
        var (day, dayOfWeek) = (Has(_days, at.Day), Has(_daysOfWeek, at.DayOfWeek));
        return ((_days | _daysOfWeek) & Star) != 0 ? day && dayOfWeek : day || dayOfWeek;
    }

    private static bool Has(ulong bits, int value) => (bits >> value & 1) != 0;

    private static ulong Bits(string field, int min, int max, string[] names) =>
        field.Split(',', StringSplitOptions.RemoveEmptyEntries).Aggregate(0UL, (bits, part) => bits | PartBits(part, min, max, names));

    private static ulong PartBits(string part, int min, int max, string[] names)
    {
        var pieces = part.Split('/');
        var bounds = pieces[0].Split('-');
        var isStar = bounds[0] is "*" or "?";
        var start = isStar ? min : Value(bounds[0], names);
        var end = isStar ? max : bounds.Length == 1 ? start : Value(bounds[1], names);
        var step = 1;
        if (pieces.Length == 2)
        {
            step = Value(pieces[1], []);
            end = bounds.Length == 1 ? max : end;
        }

        if (pieces.Length > 2 || (!isStar && bounds.Length > 2) || start < min || end > max || start > end || step == 0)
        {
            throw new ScheduleSpecException($"invalid cron field: {part}");
        }

        var bits = isStar && step == 1 ? Star : 0;
        for (var value = start; value <= end; value += step)
        {
            bits |= 1UL << value;
        }

        return bits;
    }

    private static int Value(string text, string[] names)
    {
        var named = text.Length == 0 ? -1 : Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        return named >= 0 ? named
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= 0 ? value
            : throw new ScheduleSpecException($"failed to parse int from {text}");
    }

    private static string Expand(string cron) => cron switch
    {
        "@yearly" or "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" or "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        _ => cron,
    };
}
