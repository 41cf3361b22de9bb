using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Tiering;

/// <summary>One run's proposals and what to remember for the next.</summary>
/// <param name="Proposals">One for each object of the snapshot, in its order; holds included.</param>
/// <param name="Memories">One for each object, in the same order.</param>
public sealed record TieringPlan(ImmutableArray<Proposal> Proposals, ImmutableArray<TierMemory> Memories);
