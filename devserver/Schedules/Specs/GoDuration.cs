using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;

namespace Idp.DevServer.Schedules.Specs;

/// <summary>Reads durations as Go writes them, for example <c>1h30m</c>, and as Temporal extends them by days.</summary>
internal static partial class GoDuration
{
    private const int NanosPerTick = 100;
    private const long NanosPerSecond = 1_000_000_000;

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create(".0123456789");

    /// <summary>Reads a duration in which <c>d</c> may stand for 24 hours.</summary>
    /// <exception cref="ScheduleSpecException">The text is no duration.</exception>
    public static Duration ParseWithDays(string text)
    {
        var nanos = ParseNanos(Days().Replace(text, DayInHours));
        return new Duration { Seconds = nanos / NanosPerSecond, Nanos = (int)(nanos % NanosPerSecond) };
    }

    /// <summary>Reads a duration exactly as Go's <c>time.ParseDuration</c>.</summary>
    /// <exception cref="ScheduleSpecException">The text is no duration.</exception>
    public static TimeSpan Parse(string text) => TimeSpan.FromTicks(ParseNanos(text) / NanosPerTick);

    private static string DayInHours(Match match) =>
        (24 * double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).ToString("F6", CultureInfo.InvariantCulture) + "h";

    private static long ParseNanos(string text)
    {
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-", StringComparison.Ordinal);
        if (negative || rest.StartsWith("+", StringComparison.Ordinal))
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return 0;
        }

        if (rest.IsEmpty)
        {
            throw Invalid(text);
        }

        var total = 0m;
        while (!rest.IsEmpty)
        {
            total += ParsePart(text, ref rest);
            if (total > long.MaxValue)
            {
                throw Invalid(text);
            }
        }

        return (long)(negative ? -total : total);
    }

    private static decimal ParsePart(string text, ref ReadOnlySpan<char> rest)
    {
        var length = rest.IndexOfAnyExcept(NumberCharacters);
        var number = length < 0 ? rest : rest[..length];
        if (!number.ContainsAnyInRange('0', '9') || number.Count('.') > 1 || number.Length > 25)
        {
            throw Invalid(text);
        }

        rest = rest[number.Length..];
        var unitLength = rest.IndexOfAny(NumberCharacters);
        var unit = unitLength < 0 ? rest : rest[..unitLength];
        if (unit.IsEmpty)
        {
            throw new ScheduleSpecException($"time: missing unit in duration {Quote(text)}");
        }

        rest = rest[unit.Length..];
        decimal nanos = unit switch
        {
            "ns" => 1,
            "us" or "µs" or "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => NanosPerSecond,
            "m" => 60 * NanosPerSecond,
            "h" => 3_600 * NanosPerSecond,
            _ => throw new ScheduleSpecException($"time: unknown unit {Quote(unit.ToString())} in duration {Quote(text)}"),
        };
        return decimal.Truncate(decimal.Parse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * nanos);
    }

    private static ScheduleSpecException Invalid(string text) => new($"time: invalid duration {Quote(text)}");

    private static string Quote(string text) => $"\"{text}\"";

    [GeneratedRegex(@"(\d+(?:\.\d*)?|\.\d+)d", RegexOptions.CultureInvariant)]
    private static partial Regex Days();
}
