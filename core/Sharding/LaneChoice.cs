namespace Idp.Core.Sharding;

/// <summary>What is cheapest for one item at given prices.</summary>
/// <param name="Usd">Its cost, scarcity included, in US dollars a day.</param>
/// <param name="Margin">How much more the second-best choice costs; a further primary of the same set counts.</param>
internal readonly record struct LaneChoice(double Usd, double Margin, int Set, byte Primary);
