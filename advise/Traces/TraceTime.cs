using System.Globalization;

namespace Idp.Advise.Traces;

/// <summary>Moments as logs write them.</summary>
internal static class TraceTime
{
    public const string Rule = "seconds, milliseconds, microseconds or nanoseconds since 1970, or ISO 8601 such as 2026-03-01T12:00:00Z";

    private const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.NoCurrentDateDefault;

    private static readonly long Earliest = new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
    private static readonly long Latest = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    /// <summary>Reads a moment; without a zone it is UTC.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long unixSeconds)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            // No log is of the years in which these ranges would meet: seconds reach 10^11 in the year 5138.
            unixSeconds = (long)Math.Min(long.MaxValue, number switch
            {
                < 1e11m => number,
                < 1e14m => number / 1_000,
                < 1e17m => number / 1_000_000,
                _ => number / 1_000_000_000,
            });
        }
        else if (HasYear(text) && DateTime.TryParse(text, CultureInfo.InvariantCulture, Styles, out var moment))
        {
            unixSeconds = (moment.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        }
        else
        {
            unixSeconds = 0;
        }

        return unixSeconds >= Earliest && unixSeconds < Latest;
    }

    // A text without a year would be read as of today, and say something else each day.
    private static bool HasYear(ReadOnlySpan<char> text)
    {
        var digits = 0;
        for (var i = 0; i < text.Length; i++)
        {
            digits = char.IsAsciiDigit(text[i]) ? digits + 1 : 0;
            if (digits == 4 && (i < 4 || text[i - 4] is not ('.' or ',')))
            {
                return true;
            }
        }

        return false;
    }
}
