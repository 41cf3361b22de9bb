using System.Collections.Immutable;

namespace Idp.Core.Sharding;

/// <summary>A set of sites, and what it costs in US dollars a day.</summary>
/// <param name="Replicas">All other sites, in the problem's order.</param>
/// <param name="ScarcityUsdPerDay">What its use of scarce capacity and budget is worth to other objects; nobody is billed for it.</param>
public sealed record SiteChoice(
    RegionId Primary,
    ImmutableArray<RegionId> Replicas,
    decimal LatencyUsdPerDay,
    decimal InfrastructureUsdPerDay,
    decimal MoveUsdPerDay,
    decimal ScarcityUsdPerDay)
{
    public decimal TotalUsdPerDay => LatencyUsdPerDay + InfrastructureUsdPerDay + MoveUsdPerDay + ScarcityUsdPerDay;
}
