namespace Idp.Core.Decisions;

/// <summary>A proposal and what became of it.</summary>
/// <param name="Reason">Why, in one sentence: the controller's own for what is taken or held, the rule that stopped it otherwise.</param>
/// <param name="Priority">1 for the most urgent proposal of the run, growing without gaps; 0 for holds.</param>
/// <param name="ValueUsdPerDay">Business value of the proposal, in US dollars per day.</param>
/// <param name="NeedsApproval">True when an operator must start the migration.</param>
/// <param name="Class">In which class it was heard; null for holds.</param>
public sealed record Decision(
    Proposal Proposal,
    DecisionOutcome Outcome,
    string Reason,
    int Priority,
    decimal ValueUsdPerDay,
    bool NeedsApproval,
    PriorityClass? Class = null);
