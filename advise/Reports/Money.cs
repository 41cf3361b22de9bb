namespace Idp.Advise.Reports;

/// <summary>Sums of doubles as the money that is reported.</summary>
internal static class Money
{
    /// <returns>US dollars to a hundred-thousandth of a cent.</returns>
    public static decimal Of(double usd) => Math.Round((decimal)usd, 7);
}
