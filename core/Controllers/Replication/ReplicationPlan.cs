using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Replication;

/// <summary>One run's proposals and what to remember for the next.</summary>
/// <param name="Proposals">One for each object of the snapshot, in its order: one copy more, one less, or a hold.</param>
/// <param name="Arithmetic">One for each object, in the same order.</param>
/// <param name="Memories">One for each object, in the same order.</param>
public sealed record ReplicationPlan(
    ImmutableArray<Proposal> Proposals, ImmutableArray<ReplicationArithmetic> Arithmetic, ImmutableArray<ReplicationMemory> Memories);
