namespace Idp.Core.Controllers.Placement;

/// <summary>What the guards made of one object.</summary>
/// <param name="To">Region index; <paramref name="From"/> for a hold.</param>
/// <param name="ValueUsd">What the move is worth, in US dollars per day; 0 for a hold.</param>
/// <param name="HeldBecause">Set for a hold that kept the object from the cheapest region.</param>
/// <param name="IsRetreat">True for a move home because following the plan has cost.</param>
internal sealed record Verdict(int From, int To, double ValueUsd, bool IsForced, bool IsRetreat, string? HeldBecause, Trust Trust, Bands Bands)
{
    /// <value>The plan made ahead of demand that this carries out; null for what follows demand.</value>
    public PlannedLead? Lead { get; init; }
}
