using Idp.Core.Planning;

namespace Idp.Simulation.Baselines;

/// <summary>What a policy knows of an object besides its telemetry.</summary>
/// <param name="SizeGb">Decimal gigabytes.</param>
/// <param name="Feasible">Regions where it may be: a hard constraint.</param>
public sealed record PlacedObject(string Id, double SizeGb, SiteSet Feasible);
