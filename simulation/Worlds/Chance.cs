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

    // The finaliser of SplitMix64 (Steele, Lea, Flood: OOPSLA 2014).
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
