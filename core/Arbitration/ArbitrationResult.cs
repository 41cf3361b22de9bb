using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Arbitration;

/// <summary>One run's decisions and what to remember for the next.</summary>
/// <param name="Decisions">One a proposal: in the order they were heard; holds last.</param>
public sealed record ArbitrationResult(ImmutableArray<Decision> Decisions, ArbiterMemory Memory);
