namespace Idp.Core.Forecasting;

/// <summary>What is kept of a series that rarely has demand: TSB (Teunter, Syntetos and Babai, 2011), in 20 bytes.</summary>
public record struct QuietState
{
    internal int Hour;
    internal float Probability;
    internal float Size;
    internal ushort Cohort;
    internal byte RegionAndRun; // Sixteen regions, and as many hours of a run as anybody asks for.
    internal byte Observed;
    internal float RunDemand;

    internal int Region
    {
        readonly get => RegionAndRun & 15;
        set => RegionAndRun = checked((byte)((RegionAndRun & ~15) | (value is >= 0 and < 16 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Sixteen regions."))));
    }

    /// <value>Filled hours in a row up to the last, at most 15.</value>
    internal int Run
    {
        readonly get => RegionAndRun >> 4;
        set => RegionAndRun = (byte)((RegionAndRun & 15) | (Math.Min(value, 15) << 4));
    }

    /// <value>Hours since the Unix epoch of the last observation.</value>
    public readonly int LastHour => Hour;

    /// <value>Share of hours with any demand, lately.</value>
    public readonly double DemandShare => Probability;
}
