namespace Idp.Core.Prices;

/// <summary>What one thing costs in one region from a day on.</summary>
/// <param name="From">The first day, UTC; it holds until a later price of the same item and region.</param>
/// <param name="Region">Null for every region that has no price of its own.</param>
/// <param name="Amount">US dollars per <see cref="PriceItem.Unit"/>; days for <see cref="PriceKind.MinimumDuration"/>.</param>
public sealed record Price(DateOnly From, RegionId? Region, PriceItem Item, decimal Amount);
