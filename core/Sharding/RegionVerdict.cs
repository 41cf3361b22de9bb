namespace Idp.Core.Sharding;

/// <summary>What became of one region in the choice for an object.</summary>
/// <param name="Because">The rule or the numbers compared, for people.</param>
/// <param name="ExtraUsdPerDay">What the cheapest allowed choice with this region costs more than the chosen; null when there is none.</param>
public sealed record RegionVerdict(RegionId Region, RegionStanding Standing, string Because, decimal? ExtraUsdPerDay);

/// <summary>Ways a region can stand in a choice.</summary>
public enum RegionStanding
{
    Primary,
    Replica,

    /// <summary>Compliance forbids it.</summary>
    Prohibited,

    /// <summary>The region has no capacity at all.</summary>
    Closed,

    /// <summary>Adding it would pay, but the object may have no more sites.</summary>
    SiteLimit,

    /// <summary>It costs more than it saves.</summary>
    Outweighed,
}
