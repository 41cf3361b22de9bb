namespace Idp.Simulation.Worlds;

/// <summary>What goes wrong in a world; all of it drawn from the seed of the run, the same for every policy.</summary>
public sealed record Faults
{
    public static Faults None { get; } = new();

    /// <value>Share of changes of layout that fail: the object stays as it was, and what was copied is paid. From 0 to 1.</value>
    public double ChangeFailure { get; init; }

    /// <value>Chance that a region's telemetry falls silent, per hour. What is lost never comes.</value>
    public double OutagePerHour { get; init; }

    /// <value>Hours that a silence lasts on average, at least 1.</value>
    public double OutageHours { get; init; } = 3;

    /// <value>Share of readings, each one region's hour, that come later than the next decision.</value>
    public double LateShare { get; init; }

    /// <value>Hours by which late readings are late.</value>
    public int LateHours { get; init; } = 3;

    /// <value>Share of days on which a region's telemetry counts wrongly.</value>
    public double BiasShare { get; init; }

    /// <value>What a wrong count is multiplied with.</value>
    public double BiasFactor { get; init; } = 1;
}
