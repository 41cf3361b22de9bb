using System.Collections.Immutable;

namespace Idp.Core.Sharding;

/// <summary>Which regions should hold which objects: demand, prices, limits (issue 6, Vector Sharding).</summary>
/// <remarks>
/// What is minimised, in US dollars a day: revenue lost to waiting, infrastructure (storage, egress, operations), and new
/// copies spread over <see cref="PaybackDays"/>; subject to capacities, the budget, and what each object allows.
/// Gigabytes are decimal (1e9 bytes), a month has 30 days.
/// </remarks>
public sealed record FleetProblem
{
    /// <value>1 to 16 regions; all arrays by region are in this order.</value>
    public required ImmutableArray<RegionId> Regions { get; init; }

    /// <value>What one operation waits: caller's region × <c>Regions.Length</c> + site, in milliseconds.</value>
    /// <remarks>For a value curve that is no line, pass the curve's loss at that wait instead, and its unit as "ms".</remarks>
    public required ImmutableArray<double> LatencyMs { get; init; }

    /// <value>US dollars for a gigabyte stored for a day, by site.</value>
    public required ImmutableArray<double> StorageUsdPerGbDay { get; init; }

    /// <value>US dollars for a gigabyte sent to another region, charged at the source.</value>
    public required ImmutableArray<double> EgressUsdPerGb { get; init; }

    /// <value>US dollars for one operation served at a site; 0 where compute is not priced by use.</value>
    public required ImmutableArray<double> OperationUsd { get; init; }

    /// <value>Bytes a site can hold; infinity for no limit, 0 for a site that may hold nothing.</value>
    public required ImmutableArray<double> CapacityBytes { get; init; }

    /// <value>Operations a day a site can serve; infinity for no limit. A write counts at each site that applies it.</value>
    public required ImmutableArray<double> CapacityOperationsPerDay { get; init; }

    /// <value>Most infrastructure a day, in US dollars; infinity for no limit.</value>
    public required double BudgetUsdPerDay { get; init; }

    /// <value>Days over which a new copy must repay; above 0.</value>
    public double PaybackDays { get; init; } = 7;

    /// <value>Cost of a new copy besides its bytes, in US dollars.</value>
    public double MoveOverheadUsd { get; init; }

    public required FleetObjects Objects { get; init; }

    /// <summary>Looks for what the solver could not work with.</summary>
    /// <returns>One sentence for each mistake, naming the member, the value and the allowed range; empty when there is none.</returns>
    public ImmutableArray<string> Errors() => [.. FleetProblemErrors.Of(this)];
}
