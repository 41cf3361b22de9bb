using System.Globalization;

namespace Idp.Core.Controllers.Placement;

/// <summary>Numbers as people read them.</summary>
internal static class Wording
{
    /// <returns>US dollars with two significant digits, at least cents: <c>$0.07</c>, <c>$0.00041</c>, <c>−$12.30</c>.</returns>
    public static string Usd(double amount)
    {
        var size = Math.Abs(amount);
        var digits = size is 0 or >= 0.1 ? 2 : Math.Clamp(1 - (int)Math.Floor(Math.Log10(size)), 2, 10);
        return (amount < 0 ? "−$" : "$") + size.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <returns>Operations a day with a decimal only where it matters.</returns>
    public static string PerDay(double count) =>
        count.ToString(count is > 0 and < 10 ? "0.0#" : "0", CultureInfo.InvariantCulture);

    /// <returns>Round-trip safe money for records: nine decimals are a thousandth of a millionth of a dollar.</returns>
    public static decimal Money(double amount) => Math.Round((decimal)amount, 9);
}
