using System.Globalization;
using System.Text.RegularExpressions;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Durations as Go writes them, such as <c>1h30m</c>.</summary>
internal static partial class GoDuration
{
    /// <exception cref="FormatException">It is not a positive duration.</exception>
    public static TimeSpan Parse(string text)
    {
        var whole = Whole().Match(text.Trim());
        if (!whole.Success)
        {
            throw new FormatException($"failed to parse duration @every {text}: time: invalid duration \"{text}\"");
        }

        var sum = TimeSpan.Zero;
        foreach (Match part in Part().Matches(text))
        {
            var number = double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture);
            sum += part.Groups[2].Value switch
            {
                "h" => TimeSpan.FromHours(number),
                "m" => TimeSpan.FromMinutes(number),
                "s" => TimeSpan.FromSeconds(number),
                "ms" => TimeSpan.FromMilliseconds(number),
                _ => TimeSpan.FromMicroseconds(number),
            };
        }

        // The genuine server knows no schedule finer than a second.
        return sum < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(Math.Floor(sum.TotalSeconds));
    }

    [GeneratedRegex(@"^(\d+(\.\d+)?(h|ms|m|s|us|µs))+$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"(\d+(?:\.\d+)?)(h|ms|m|s|us|µs)")]
    private static partial Regex Part();
}
