namespace Idp.Core.Controllers.Replication;

/// <summary>How often a region is down.</summary>
/// <param name="Unavailability">Share of the time, from 0 to 1.</param>
public sealed record RegionReliability(RegionId Region, double Unavailability);
