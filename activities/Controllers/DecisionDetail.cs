using Idp.Core.Decisions;

namespace Idp.Activities.Controllers;

/// <summary>What the decision log keeps to explain a decision: candidates, scores, margin, what would flip it.</summary>
/// <param name="PolicyRevision">Content hash of the policies in force.</param>
public sealed record DecisionDetail(Decision Decision, string PolicyRevision);
