namespace Idp.Core.Sharding;

/// <summary>One change that makes another choice the cheapest.</summary>
/// <param name="Region">The region whose demand or price changes; null when the change is the object's own.</param>
/// <param name="From">The value today: 1 for factors, else US dollars.</param>
/// <param name="To">A value just beyond the threshold; the change to it flips the choice.</param>
/// <param name="Becomes">The choice that then is cheapest, with today's costs.</param>
/// <param name="Text">The change for people, rounded away from today.</param>
public sealed record ChoiceFlip(FlipKind Kind, RegionId? Region, double From, double To, SiteChoice Becomes, string Text);
