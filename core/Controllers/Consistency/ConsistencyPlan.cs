using System.Collections.Immutable;

namespace Idp.Core.Controllers.Consistency;

/// <summary>One run's decisions and what to remember for the next.</summary>
/// <param name="Decisions">One for each operation of the snapshot, in its order; unchanged ones included.</param>
/// <param name="Memories">One for each operation, in the same order.</param>
public sealed record ConsistencyPlan(ImmutableArray<ConsistencyDecision> Decisions, ImmutableArray<ConsistencyMemory> Memories);
