using Idp.Core;
using Idp.Core.Telemetry;

namespace Idp.Api;

/// <summary>A region as operators see it.</summary>
/// <param name="Load">How busy its server has been in this hour, or in the last one; null when that is unknown.</param>
public sealed record RegionView(RegionId Id, string Jurisdiction, RegionPrices Prices, RegionLoad? Load);

/// <param name="Hour">When the hour begins that it speaks of.</param>
/// <param name="Minutes">How many of it were measured.</param>
/// <param name="Sessions">Sessions inside a statement, in the mean.</param>
/// <param name="PeakSessions">The same of the busiest minute.</param>
/// <param name="Running">Those that waited for nothing, in the mean.</param>
/// <param name="PeakRunning">The same of the busiest minute.</param>
/// <param name="Vcpus">Of the server; null when no pool, or more than one, is declared there.</param>
/// <param name="Utilization">Sessions by virtual CPU: an upper bound of how busy CPUs were, since sessions wait too.</param>
public sealed record RegionLoad(
    DateTimeOffset Hour,
    int Minutes,
    double Sessions,
    double PeakSessions,
    double Running,
    double PeakRunning,
    decimal? Vcpus,
    double? Utilization,
    double? TransactionsPerSecond,
    int Connections,
    int MaxConnections)
{
    internal static RegionLoad Of(LoadHour hour, decimal? vcpus) => new(
        hour.Hour, hour.Minutes, hour.Sessions, hour.PeakSessions, hour.Running, hour.PeakRunning, vcpus, vcpus is { } known ? hour.Sessions / (double)known : null,
        hour.TransactionsPerSecond, hour.Connections, hour.MaxConnections);
}
