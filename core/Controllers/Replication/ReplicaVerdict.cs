using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Replication;

/// <summary>What the guards made of one object.</summary>
/// <param name="Region">The copy that comes or goes; null for a hold.</param>
/// <param name="ValueUsd">On the cautious side of the band, in US dollars per day; 0 for a hold.</param>
/// <param name="Required">Set when the copies have to change whatever demand says: what they lack.</param>
/// <param name="Because">What keeps a hold; null when nothing is to be gained.</param>
internal sealed record ReplicaVerdict(ProposalKind Kind, int? Region, double ValueUsd, string? Required, string? Because);
