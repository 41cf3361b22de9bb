using Idp.Core.Decisions;

namespace Idp.Activities.Controllers;

/// <summary>What the decision log keeps to explain a decision: candidates, scores, margin, what would flip it.</summary>
/// <param name="PolicyRevision">Content hash of the policies in force.</param>
/// <param name="ProposalsId">Where the run's proposals lie; 0 for decisions of earlier releases.</param>
/// <param name="ContextId">Where the arbiter's context lies: deciding again from both gives the same decisions. 0 likewise.</param>
public sealed record DecisionDetail(Decision Decision, string PolicyRevision, long ProposalsId = 0, long ContextId = 0);
