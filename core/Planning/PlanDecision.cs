using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Planning;

/// <summary>What the planner decided for one object, with what it compared.</summary>
/// <param name="To">Where the object should be now; <paramref name="From"/> for all that holds.</param>
/// <param name="Wanted">What the plan would begin with; differs from <paramref name="To"/> when a guard holds it.</param>
/// <param name="Path">The layout of each hour of the plan that begins with <paramref name="Wanted"/>.</param>
/// <param name="Plan">What that plan costs over the window, at list prices.</param>
/// <param name="Stay">What staying put costs over the window; null when the object may not stay.</param>
/// <param name="RunnerUp">The first layout of the best plan that begins otherwise than <paramref name="To"/>; null when there is no other.</param>
/// <param name="MarginUsd">
/// How much dearer the runner-up's plan is than the best that begins with <paramref name="To"/>, over the window and with the margins charged to
/// copies, in US dollars; negative when a guard holds.
/// </param>
/// <param name="Reason">Why, in one sentence, with the numbers compared.</param>
/// <param name="Memory">For the next run.</param>
public sealed record PlanDecision(
    PlanVerdict Verdict,
    Layout From,
    Layout To,
    Layout Wanted,
    ImmutableArray<Layout> Path,
    PlanCost Plan,
    PlanCost? Stay,
    Layout? RunnerUp,
    decimal MarginUsd,
    string Reason,
    PlanMemory Memory)
{
    /// <value>What the plan saves against staying put over the window, in US dollars; 0 when the object may not stay.</value>
    public decimal GainUsd => Stay is { } stay ? Wording.Money(stay.TotalUsd - Plan.TotalUsd) : 0;

    /// <value>Hours until the plan's first change; null when it has none.</value>
    public int? NextChangeInHours => Path.Index().Where(entry => entry.Item != From).Select(entry => (int?)entry.Index).FirstOrDefault();
}
