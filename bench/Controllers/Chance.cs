namespace Idp.Bench.Controllers;

/// <summary>Draws that the scenarios share; each from a seeded generator.</summary>
internal static class Chance
{
    public static double Normal(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static double Exponential(this Random random, double mean) => -mean * Math.Log(1 - random.NextDouble());

    /// <returns>From <paramref name="low"/> to <paramref name="high"/>, each factor as likely as any other.</returns>
    public static double LogUniform(this Random random, double low, double high) => low * Math.Pow(high / low, random.NextDouble());

    /// <summary>By multiplication below 30, by the normal distribution above.</summary>
    public static long Poisson(this Random random, double mean)
    {
        if (mean > 30)
        {
            return Math.Max(0, (long)Math.Round(mean + (Math.Sqrt(mean) * random.Normal())));
        }

        var (count, product, limit) = (0L, random.NextDouble(), Math.Exp(-mean));
        while (product > limit)
        {
            count++;
            product *= random.NextDouble();
        }

        return count;
    }
}
