namespace Idp.Core.Forecasting;

/// <summary>What is kept of a series that rarely has demand: TSB (Teunter, Syntetos and Babai, 2011), in 16 bytes.</summary>
public record struct QuietState
{
    internal int Hour;
    internal float Probability;
    internal float Size;
    internal ushort Cohort;
    internal byte Region;
    internal byte Observed;

    /// <value>Hours since the Unix epoch of the last observation.</value>
    public readonly int LastHour => Hour;

    /// <value>Share of hours with any demand, lately.</value>
    public readonly double DemandShare => Probability;
}
