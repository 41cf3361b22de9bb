namespace Idp.Simulation;

/// <summary>Draws from distributions that <see cref="Random"/> does not have.</summary>
public static class RandomDraws
{
    /// <summary>Standard normal, by Box and Muller.</summary>
    public static double Normal(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static double Exponential(this Random random, double mean) => -mean * Math.Log(1 - random.NextDouble());

    /// <returns>From <paramref name="low"/> to <paramref name="high"/>, each factor as likely as any other.</returns>
    public static double LogUniform(this Random random, double low, double high) => low * Math.Pow(high / low, random.NextDouble());

    /// <returns>A Poisson count.</returns>
    /// <param name="mean">At least 0; above 30 the normal distribution is close enough.</param>
    public static long Poisson(this Random random, double mean)
    {
        if (mean <= 0)
        {
            return 0;
        }

        if (mean > 30)
        {
            return Math.Max(0, (long)Math.Round(mean + (Math.Sqrt(mean) * random.Normal())));
        }

        var (count, product, limit) = (0L, random.NextDouble(), Math.Exp(-mean)); // Knuth's product of uniforms.
        while (product > limit)
        {
            count++;
            product *= random.NextDouble();
        }

        return count;
    }
}
