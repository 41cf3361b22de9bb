using Idp.Core;
using Idp.Core.Decisions;

namespace Idp.Api;

/// <summary>A decision made again from what was recorded.</summary>
/// <param name="SameProposal">Whether the controller proposes the same again, byte for byte.</param>
/// <param name="SameDecision">Whether the arbiter decides the same again, byte for byte.</param>
/// <param name="Stored">As it was recorded.</param>
/// <param name="Again">As it would be decided now from the same readings; null when the object is no longer proposed for.</param>
public sealed record ReplayView(long DecisionId, ObjectId Object, bool SameProposal, bool SameDecision, Decision Stored, Decision? Again);
