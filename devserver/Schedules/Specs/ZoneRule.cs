using System.Globalization;
using System.Text.RegularExpressions;

namespace Idp.DevServer.Schedules.Specs;

/// <summary>A rule in POSIX form, for example <c>CET-1CEST,M3.5.0,M10.5.0/3</c>: how a zone goes on after its last recorded change.</summary>
internal sealed partial class ZoneRule
{
    private const int FirstYear = 1970;
    private const int SecondsPerDay = 86_400;
    private readonly int _standard;
    private readonly int _summer;
    private readonly string? _summerStart;
    private readonly string? _summerEnd;

    private ZoneRule(Match match)
    {
        _standard = -Seconds(match.Groups["offset"].Value);
        _summer = match.Groups["summerOffset"] is { Success: true } given ? -Seconds(given.Value) : _standard + 3_600;
        if (match.Groups["start"].Success)
        {
            (_summerStart, _summerEnd) = (match.Groups["start"].Value, match.Groups["end"].Value);
        }
    }

    /// <returns>Null for an empty text.</returns>
    /// <exception cref="FormatException">The text is no rule.</exception>
    public static ZoneRule? Parse(string text) =>
        text.Length == 0 ? null
        : Rule().Match(text) is { Success: true } match ? new ZoneRule(match)
        : throw new FormatException($"'{text}' is no time zone rule.");

    /// <summary>Each change of the offset, in order, through <paramref name="lastYear"/>.</summary>
    public IEnumerable<(long Time, int Offset)> Changes(int lastYear)
    {
        if (_summerStart is null || _summerEnd is null)
        {
            return [];
        }

        return Enumerable.Range(FirstYear, lastYear - FirstYear + 1)
            .SelectMany(year => new[]
            {
                (Time: TimeOf(_summerStart, year) - _standard, Offset: _summer),
                (Time: TimeOf(_summerEnd, year) - _summer, Offset: _standard),
            })
            .OrderBy(change => change.Time);
    }

    private static long TimeOf(string date, int year)
    {
        var parts = date.Split('/');
        var time = parts.Length > 1 ? Seconds(parts[1]) : 2 * 3_600;
        return (DayOf(parts[0], year) * SecondsPerDay) + time;
    }

    private static long DayOf(string date, int year)
    {
        var newYear = CalendarDate.DaysFromCivil(year, 1, 1);
        if (date[0] == 'J')
        {
            // Days from 1 to 365, as if there were no leap day.
            var day = Number(date[1..]);
            return newYear + day - 1 + (DateTime.IsLeapYear(year) && day > 59 ? 1 : 0);
        }

        if (date[0] != 'M')
        {
            return newYear + Number(date);
        }

        var parts = date[1..].Split('.').Select(Number).ToArray();
        var (month, week, weekday) = (parts[0], parts[1], parts[2]);
        var first = CalendarDate.DaysFromCivil(year, month, 1);
        var firstMatch = (int)((weekday - ((first + 4) % 7) + 7) % 7);
        var day0 = firstMatch + ((week - 1) * 7);
        return first + (day0 >= CalendarDate.DaysInMonth(year, month) ? day0 - 7 : day0);
    }

    private static int Seconds(string text)
    {
        var sign = text[0] == '-' ? -1 : 1;
        var parts = text.TrimStart('+', '-').Split(':').Select(Number).ToArray();
        return sign * ((parts[0] * 3_600) + (parts.ElementAtOrDefault(1) * 60) + parts.ElementAtOrDefault(2));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(<[^>]+>|[A-Za-z]{3,})(?<offset>[+-]?[\d:]+)((<[^>]+>|[A-Za-z]{3,})(?<summerOffset>[+-]?[\d:]+)?(,(?<start>[MJ]?[\d.]+(/[+-]?[\d:]+)?),(?<end>[MJ]?[\d.]+(/[+-]?[\d:]+)?))?)?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
