namespace Idp.Simulation.Worlds;

/// <summary>Chance as a function of place and time, so that what one policy does never changes what happens to another.</summary>
internal static class Chance
{
    /// <returns>A number from 0 until 1, always the same for the same seed and place.</returns>
    public static double At(int seed, ReadOnlySpan<int> place)
    {
        var state = Mix((ulong)(uint)seed + 0x9E37_79B9_7F4A_7C15);
        foreach (var coordinate in place)
        {
            state = Mix(state ^ (((ulong)(uint)coordinate + 1) * 0x9E37_79B9_7F4A_7C15));
        }

        return (state >> 11) * (1.0 / (1UL << 53));
    }

    /// <returns>A Poisson count.</returns>
    /// <param name="mean">At least 0; above 30 the normal distribution is close enough.</param>
    public static int Poisson(Random random, double mean)
    {
        if (mean <= 0)
        {
            return 0;
        }

        if (mean > 30)
        {
            return (int)Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * Normal(random))));
        }

        var (limit, product, count) = (Math.Exp(-mean), random.NextDouble(), 0); // Knuth's product of uniforms.
        while (product > limit)
        {
            product *= random.NextDouble();
            count++;
        }

        return count;
    }

    // Box and Muller.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    // The finaliser of SplitMix64 (Steele, Lea, Flood: OOPSLA 2014).
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
