using Idp.Core.Decisions;

namespace Idp.Core.Arbitration;

/// <summary>A hard filter's refusal: by a policy, a drain, a quarantine, an operator's pin, a consistency rule.</summary>
/// <param name="To">The region that is refused for this kind of change.</param>
/// <param name="Because">The rule, for people.</param>
public sealed record Denial(ObjectId Object, ProposalKind Kind, RegionId To, string Because);
