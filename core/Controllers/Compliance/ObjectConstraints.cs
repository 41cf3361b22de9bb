using System.Collections.Immutable;

namespace Idp.Core.Controllers.Compliance;

/// <summary>What binds every controller with one object.</summary>
/// <param name="Primaries">Regions forbidden to its primary, each with the rule.</param>
/// <param name="Replicas">Regions forbidden to its replicas.</param>
/// <param name="BlockedBecause">Set while a hard violation is open: until it is fixed nothing else may change the object.</param>
public sealed record ObjectConstraints(
    ObjectId Object,
    ImmutableArray<RegionConstraint> Primaries,
    ImmutableArray<RegionConstraint> Replicas,
    string? BlockedBecause);

/// <param name="Because">The finding, for people.</param>
public sealed record RegionConstraint(RegionId Region, string Because);
