namespace Idp.Simulation.ClosedLoop;

/// <summary>What old telemetry holds back (DESIGN section 5): when it is older than 5 periods of its sensor nothing moves.</summary>
/// <param name="PausedAfterHours">Age of the region that has been silent for longest beyond which nothing moves.</param>
public sealed record StaleTelemetry(int PausedAfterHours)
{
    public static StaleTelemetry Default { get; } = new(PausedAfterHours: 5);
}
