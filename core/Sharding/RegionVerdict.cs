namespace Idp.Core.Sharding;

/// <summary>What became of one region in the choice for an object.</summary>
/// <param name="Because">The rule or the numbers compared, for people.</param>
/// <param name="ExtraUsdPerDay">What the cheapest allowed choice with this region costs more than the chosen; null when there is none.</param>
public sealed record RegionVerdict(RegionId Region, RegionStanding Standing, string Because, decimal? ExtraUsdPerDay);
