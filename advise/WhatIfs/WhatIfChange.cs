using System.Collections.Immutable;
using Idp.Core;
using Idp.Policies;

namespace Idp.Advise.WhatIfs;

/// <summary>What is changed, all at once.</summary>
public sealed record WhatIfChange
{
    /// <value>New prices, or factors on the old ones.</value>
    public ImmutableArray<PriceChange> Prices { get; init; } = [];

    /// <value>US dollars a day for storage, egress and replication, by dataset; <c>*</c> for everything together.</value>
    public ImmutableSortedDictionary<string, decimal> BudgetsUsdPerDay { get; init; } = ImmutableSortedDictionary.Create<string, decimal>(StringComparer.Ordinal);

    /// <value>Policies that apply besides the present ones; one of a known name takes its place.</value>
    public ImmutableArray<Policy> Policies { get; init; } = [];

    /// <value>Regions whose stores are gone; their callers stay.</value>
    public ImmutableArray<RegionId> LostRegions { get; init; } = [];

    /// <value>Regions that get stores.</value>
    public ImmutableArray<AddedRegion> AddedRegions { get; init; } = [];
}

/// <param name="Region">Null for every region.</param>
/// <param name="Item">What gets another price: <c>storage/hot</c> or <c>egress/region</c>.</param>
/// <param name="Amount">US dollars per gigabyte (and month), or a factor.</param>
public sealed record PriceChange(RegionId? Region, string Item, decimal Amount, bool IsFactor);

/// <param name="Like">A region whose round trips and prices it takes; null for one whose own are known.</param>
public sealed record AddedRegion(RegionId Region, RegionId? Like);
