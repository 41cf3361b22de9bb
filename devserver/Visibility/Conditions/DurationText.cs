using System.Globalization;
using System.Text.RegularExpressions;

namespace Idp.DevServer.Visibility.Conditions;

/// <summary>Durations as queries write them.</summary>
internal static partial class DurationText
{
    /// <summary>Reads nanoseconds, units (<c>1h30m</c>, <c>2d</c>) or <c>hh:mm:ss</c>.</summary>
    /// <returns>Nanoseconds; null when the text is no duration.</returns>
    public static long? Parse(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var nanoseconds))
        {
            return nanoseconds;
        }

        if (Units().Match(text) is { Success: true } units)
        {
            var total = units.Groups["part"].Captures.Sum(part => Nanoseconds(part.Value));
            return Math.Abs(total) > long.MaxValue ? null : (long)(text[0] == '-' ? -total : total);
        }

        if (Clock().Match(text) is not { Success: true } clock)
        {
            return null;
        }

        var (hours, minutes, seconds) = (Number(clock, 1), Number(clock, 2), Number(clock, 3));
        return hours is >= 0 and < 2_000_000 && minutes is >= 0 and <= 59 && seconds is >= 0 and <= 59
            ? ((((hours * 60) + minutes) * 60) + seconds) * 1_000_000_000
            : null;
    }

    private static decimal Nanoseconds(string part)
    {
        var unit = part.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.');
        var number = decimal.Parse("0" + part[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return number * unit switch
        {
            "d" => 86_400_000_000_000,
            "h" => 3_600_000_000_000,
            "m" => 60_000_000_000,
            "s" => 1_000_000_000,
            "ms" => 1_000_000,
            "ns" => 1,
            _ => 1_000,
        };
    }

    private static long Number(Match match, int group) =>
        long.TryParse(match.Groups[group].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : -1;

    [GeneratedRegex(@"^[+-]?(?<part>([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})(ns|us|µs|μs|ms|s|m|h|d))+\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Units();

    [GeneratedRegex(@"^\s*([+-]?[0-9]+):([+-]?[0-9]+):([+-]?[0-9]+)")]
    private static partial Regex Clock();
}
