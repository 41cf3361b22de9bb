using Idp.Core.Planning;

namespace Idp.Advise.Replays;

/// <summary>One change of layout that the plane would have made.</summary>
/// <param name="Hour">When, counted from the log's first midnight.</param>
/// <param name="Hours">How long the new layout lasted, until the next change or the log's end.</param>
/// <param name="SavedUsd">What it saved in that time against the static placement, its own cost taken off; of all moves together this is the whole saving.</param>
/// <param name="ExpectedUsdPerDay">What the plan behind it expected to save against staying put.</param>
/// <param name="Copies">Sites to which the object was copied.</param>
/// <param name="Reason">The planner's own words.</param>
public sealed record ReplayedMove(
    int Hour, int Hours, string From, string To, double SavedUsd, double ExpectedUsdPerDay, int Copies, bool IsHandOver, PlanVerdict Verdict, string Reason);
