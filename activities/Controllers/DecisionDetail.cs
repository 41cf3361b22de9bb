using Idp.Core.Decisions;

namespace Idp.Activities.Controllers;

/// <summary>What the decision log keeps to explain a decision: candidates, scores, margin, what would flip it.</summary>
/// <param name="PolicyRevision">Content hash of the policies in force.</param>
/// <param name="SnapshotId">Where the sensors' readings lie; 0 for decisions of earlier releases, as are the others.</param>
/// <param name="ProposalsId">Where the run's proposals lie.</param>
/// <param name="ComplianceId">Where the <see cref="ComplianceFindings"/> lie that were heard with them.</param>
/// <param name="ArbitrationId">Where the <see cref="StoredArbitration"/> lies.</param>
public sealed record DecisionDetail(Decision Decision, string PolicyRevision, long SnapshotId = 0, long ProposalsId = 0, long ComplianceId = 0, long ArbitrationId = 0);
