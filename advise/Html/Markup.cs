using System.Globalization;
using System.Net;
using System.Text;

namespace Idp.Advise.Html;

/// <summary>Writes HTML that is XML too. All text passes through <see cref="Escape"/>.</summary>
internal static class Markup
{
    /// <returns>Text that is safe in elements and in quoted attributes; what XML cannot hold becomes a replacement character.</returns>
    public static string Escape(string? text)
    {
        var clean = new StringBuilder();
        foreach (var rune in (text ?? string.Empty).EnumerateRunes()) // Lone surrogates become U+FFFD by themselves.
        {
            clean.Append(Rune.IsControl(rune) && rune.Value is not ('\t' or '\n') || rune.Value is 0xFFFE or 0xFFFF ? "\uFFFD" : rune.ToString());
        }

        return WebUtility.HtmlEncode(clean.ToString());
    }

    /// <returns>A coordinate.</returns>
    public static string N(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    /// <returns>US dollars, with as many digits as matter: <c>$1,234</c>, <c>$12.34</c>, <c>$0.0123</c>.</returns>
    public static string Usd(decimal usd)
    {
        var size = Math.Abs(usd);
        var format = size >= 1_000 ? "#,0" : size >= 1 || size == 0 ? "0.00" : size >= 0.01m ? "0.000" : "0.######";
        return (usd < 0 ? "−$" : "$") + size.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <returns>US dollars on an axis.</returns>
    public static string Tick(double usd) => (usd == 0 || Math.Abs(usd) >= 1) && Math.Abs(usd - Math.Round(usd)) < 1e-9
        ? (usd < 0 ? "−$" : "$") + Math.Abs(usd).ToString("#,0", CultureInfo.InvariantCulture)
        : Usd((decimal)usd);

    /// <returns>Two waits with one unit.</returns>
    public static string FromTo(double beforeMs, double afterMs) => $"{Ms(beforeMs)[..^3]} → {Ms(afterMs)}";

    /// <returns>A region's name that does not break at its dashes.</returns>
    public static string Whole(string text) => $"<span class=\"whole\">{Escape(text)}</span>";

    public static string Ms(double ms) => ms.ToString(ms < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " ms";

    public static string Count(double count) => count.ToString(Math.Abs(count) is > 0 and < 10 && count != Math.Floor(count) ? "0.#" : "#,0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => (100 * share).ToString(Math.Abs(share) is > 0 and < 0.1 ? "0.#" : "0", CultureInfo.InvariantCulture) + " %";

    public static string Moment(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
