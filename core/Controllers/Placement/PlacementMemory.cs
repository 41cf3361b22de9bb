using System.Collections.Immutable;

namespace Idp.Core.Controllers.Placement;

/// <summary>What the controller carries from run to run for one object; it keeps nothing itself.</summary>
/// <param name="Primary">Where the object was in the last run.</param>
/// <param name="Home">Where it would be had the plan never been followed; the ledger compares with it.</param>
/// <param name="Plan">Where the guarded plan wants it, followed or not.</param>
/// <param name="Challenger">The region that has been beating <paramref name="Plan"/>; null when none does.</param>
/// <param name="HeldLoops">Runs in a row in which it has.</param>
/// <param name="Ledger">What following the plan has, or would have, earned against staying at <paramref name="Home"/>.</param>
/// <param name="Previous">Where the object was before its last move; returning there is a reversal.</param>
/// <param name="Copies">When it moved during the last day, oldest first.</param>
/// <param name="Reversals">Counted reversals; one is forgiven for each <see cref="PlacementOptions.ReversalDecay"/>.</param>
/// <param name="LastReversal">When the last was counted or forgiven.</param>
public sealed record PlacementMemory(
    ObjectId Object,
    RegionId Primary,
    RegionId Home,
    RegionId Plan,
    RegionId? Challenger,
    int HeldLoops,
    RealizedGain Ledger,
    RegionId? Previous,
    ImmutableArray<DateTimeOffset> Copies,
    int Reversals,
    DateTimeOffset? LastReversal)
{
    /// <returns>The memory of an object seen for the first time, or moved by somebody else.</returns>
    public static PlacementMemory StartAt(ObjectId id, RegionId primary) =>
        new(id, primary, Home: primary, Plan: primary, Challenger: null, HeldLoops: 0,
            default, Previous: null, Copies: [], Reversals: 0, LastReversal: null);
}
