namespace Idp.Core.Controllers.Placement;

/// <summary>Where a plan made ahead of demand wants an object now; it leads while plans have not cost more than staying.</summary>
/// <param name="PlannedAt">When it was made; an hour later there is another.</param>
/// <param name="From">Where the object was then; whoever has moved it elsewhere since knows better.</param>
/// <param name="ReturnsAt">When the plan takes the object back to <paramref name="From"/>; null when it does not.</param>
/// <param name="ValueUsdPerDay">What being at <paramref name="To"/> now saves against staying at <paramref name="From"/>, the copy subtracted.</param>
/// <param name="Reason">Why, in one sentence, with the numbers compared.</param>
/// <param name="RunnerUp">Where the best plan begins that begins elsewhere; null when there is no other region.</param>
/// <param name="MarginUsdPerDay">How much dearer that plan is; negative when a guard of the planner holds the object.</param>
/// <param name="Flip">The smallest change of the demand forecast that would turn the plan, in one sentence.</param>
public sealed record PlannedLead(
    ObjectId Object,
    DateTimeOffset PlannedAt,
    RegionId From,
    RegionId To,
    DateTimeOffset? ReturnsAt,
    double ValueUsdPerDay,
    string Reason,
    RegionId? RunnerUp,
    double MarginUsdPerDay,
    string Flip)
{
    /// <summary>Plans are made each hour; one that is older is of a loop that does not run.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(2);
}
