using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Policies;

/// <summary>Where a primary may stand.</summary>
/// <param name="Regions">In the order they were asked for.</param>
/// <param name="Excluded">All others, each with the denials that exclude it.</param>
public sealed record AllowedRegions(ImmutableArray<RegionId> Regions, ImmutableArray<ExcludedRegion> Excluded);
