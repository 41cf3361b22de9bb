using System.Collections.Immutable;

namespace Idp.Policies.Rules;

/// <summary>Regions by name or glob. Prohibited wins over allowed.</summary>
public sealed record LocationRule
{
    /// <summary>Where any are named, every other region is denied.</summary>
    public ImmutableArray<RegionGlob> AllowedRegions { get; init; } = [];

    public ImmutableArray<RegionGlob> ProhibitedRegions { get; init; } = [];
}
