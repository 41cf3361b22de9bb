namespace Idp.Simulation.ClosedLoop;

/// <summary>What old telemetry holds back (DESIGN section 5): older than 2 periods of its sensor doubles the bands, older than 5 pauses.</summary>
/// <param name="WideAfterHours">Age of the region that has been silent for longest beyond which the bands widen.</param>
/// <param name="BandWidth">By how much; from 1.</param>
/// <param name="PausedAfterHours">Age beyond which nothing moves.</param>
public sealed record StaleTelemetry(int WideAfterHours, double BandWidth, int PausedAfterHours)
{
    public static StaleTelemetry Default { get; } = new(WideAfterHours: 2, BandWidth: 2, PausedAfterHours: 5);
}
