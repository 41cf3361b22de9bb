using System.Globalization;

namespace Idp.Cli.Output;

/// <summary>Numbers and times as people read them.</summary>
internal static class Text
{
    public static string Size(long bytes) => bytes switch
    {
        < 1_000 => Invariant($"{bytes} B"),
        < 1_000_000 => Invariant($"{bytes / 1e3:F1} kB"),
        < 1_000_000_000 => Invariant($"{bytes / 1e6:F1} MB"),
        _ => Invariant($"{bytes / 1e9:F1} GB"),
    };

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Usd(decimal usd) => Invariant($"{usd:0.######}");

    public static string Ms(double ms) => Invariant($"{ms:F1}");

    /// <summary>UTC, to the second.</summary>
    public static string Moment(DateTimeOffset? moment) =>
        moment is { } known ? known.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "-";

    public static string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => Invariant($"{span.TotalMilliseconds:F0} ms"),
        { TotalMinutes: < 2 } => Invariant($"{span.TotalSeconds:F0} s"),
        { TotalHours: < 2 } => Invariant($"{span.TotalMinutes:F0} min"),
        { TotalDays: < 2 } => Invariant($"{span.TotalHours:F0} h"),
        _ => Invariant($"{span.TotalDays:F0} d"),
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
