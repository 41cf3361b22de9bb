namespace Idp.Core.Telemetry;

/// <summary>One region's load in one hour, from the minutes of it that were measured.</summary>
/// <param name="Hour">When it begins, UTC.</param>
/// <param name="Minutes">How many were measured, from 1 to 60; of the others nothing is known.</param>
/// <param name="Sessions">Average active sessions over those minutes.</param>
/// <param name="PeakSessions">The same of the busiest minute.</param>
/// <param name="Running">Sessions that waited for nothing, in the mean.</param>
/// <param name="PeakRunning">The same of the busiest minute.</param>
/// <param name="Connections">The most that were seen.</param>
/// <param name="TransactionsPerSecond">Null when it could not be told in any minute.</param>
public sealed record LoadHour(
    RegionId Region,
    DateTimeOffset Hour,
    int Minutes,
    double Sessions,
    double PeakSessions,
    double Running,
    double PeakRunning,
    int Connections,
    int MaxConnections,
    double? TransactionsPerSecond)
{
    private const int Enough = 30;

    /// <value>Whether the hour is known: half of it or more was measured.</value>
    public bool IsMeasured => Minutes >= Enough;
}
