using System.Collections.Immutable;

namespace Idp.Core.Planning;

/// <summary>What the planner carries from run to run for one object; it keeps nothing itself.</summary>
/// <param name="Layout">Where the object was in the last run.</param>
/// <param name="Changes">What has changed within a day, oldest first.</param>
/// <param name="Reversals">When unforeseen reversals were seen within a day, oldest first; what the arbiter's breaker counts.</param>
/// <param name="Proposed">What the last run proposed; null when it held.</param>
public sealed record PlanMemory(
    Layout Layout,
    ImmutableArray<PlannedChange> Changes,
    ImmutableArray<DateTimeOffset> Reversals,
    PlannedChange? Proposed)
{
    /// <returns>The memory of an object seen for the first time.</returns>
    public static PlanMemory StartAt(Layout layout) => new(layout, [], [], null);
}
