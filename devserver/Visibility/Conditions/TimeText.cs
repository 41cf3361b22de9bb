using System.Globalization;
using System.Text.RegularExpressions;

namespace Idp.DevServer.Visibility.Conditions;

/// <summary>Times of RFC 3339, in microseconds since 1970: as exactly as a visibility record keeps them.</summary>
internal static partial class TimeText
{
    private const int TicksPerMicrosecond = 10;

    /// <returns>Null when the text is no such time.</returns>
    public static long? Parse(string text) =>
        // .NET reads seven digits of a second at most; the tenth of a microsecond is dropped anyway.
        Rfc3339().Match(text) is { Success: true } time
        && DateTimeOffset.TryParse(
            $"{time.Groups[1].Value}{time.Groups[2].Value}{time.Groups[3].Value}", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
            ? FromTicks(parsed.UtcTicks - DateTimeOffset.UnixEpoch.Ticks)
            : null;

    public static long FromNanoseconds(long nanoseconds) => FloorDivide(nanoseconds, 1_000);

    private static long FromTicks(long ticks) => FloorDivide(ticks, TicksPerMicrosecond);

    private static long FloorDivide(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);

    [GeneratedRegex(@"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,6})?[0-9]*(Z|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Rfc3339();
}
