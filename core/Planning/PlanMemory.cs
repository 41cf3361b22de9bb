using System.Collections.Immutable;

namespace Idp.Core.Planning;

/// <summary>What the planner carries from run to run for one object; it keeps nothing itself.</summary>
/// <param name="Layout">Where the object was in the last run.</param>
/// <param name="Changes">What has changed within a day, or within the rest of a change, oldest first.</param>
/// <param name="Reversals">When unforeseen reversals were seen, oldest first, as long as they count.</param>
/// <param name="Proposed">What the last run proposed; null when it held.</param>
/// <param name="Challenger">The layout that runs after a jump have wanted; null when none has.</param>
/// <param name="HeldLoops">How many of them in a row.</param>
/// <param name="FrozenUntil">Until then the object stays at <paramref name="SettleAt"/>; null when it is not frozen.</param>
/// <param name="SettleAt">Null until the first run after the freeze has chosen it.</param>
public sealed record PlanMemory(
    Layout Layout,
    ImmutableArray<PlannedChange> Changes,
    ImmutableArray<DateTimeOffset> Reversals,
    PlannedChange? Proposed,
    Layout? Challenger,
    int HeldLoops,
    DateTimeOffset? FrozenUntil,
    Layout? SettleAt)
{
    /// <returns>The memory of an object seen for the first time.</returns>
    public static PlanMemory StartAt(Layout layout) => new(layout, [], [], null, null, 0, null, null);
}
