namespace Idp.Core.Controllers.Cost;

/// <summary>Splits money without losing any of it: the method of the largest remainder (Hamilton's).</summary>
public static class Apportionment
{
    /// <param name="total">Any amount; it is split exactly when it is a whole number of quanta, else after rounding to one.</param>
    /// <param name="weights">At least one above 0, none below.</param>
    /// <param name="quantum">The smallest part, for example 0.01.</param>
    /// <returns>Whole quanta, one amount a weight, which sum to the total; of equal remainders the first gets more.</returns>
    public static decimal[] Split(decimal total, IReadOnlyList<decimal> weights, decimal quantum)
    {
        var quanta = decimal.Round(total / quantum);
        var whole = weights.Sum();
        var parts = new decimal[weights.Count];
        var remainders = new (decimal Part, int Index)[weights.Count];
        var left = quanta;
        for (var i = 0; i < parts.Length; i++)
        {
            var exact = quanta * weights[i] / whole;
            parts[i] = decimal.Floor(exact);
            remainders[i] = (exact - parts[i], i);
            left -= parts[i];
        }

        foreach (var (_, index) in remainders.OrderByDescending(entry => entry.Part).ThenBy(entry => entry.Index).Take((int)left))
        {
            parts[index]++;
        }

        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] *= quantum;
        }

        return parts;
    }

    /// <returns>The same amounts in whole cents, which sum to their total in whole cents.</returns>
    public static decimal[] ToCents(IReadOnlyList<decimal> amounts)
    {
        var total = decimal.Round(amounts.Sum(), 2);
        return total > 0 ? Split(total, amounts, 0.01m) : [.. amounts.Select(amount => decimal.Round(amount, 2))];
    }
}
