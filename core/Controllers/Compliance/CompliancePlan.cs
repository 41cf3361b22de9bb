using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Compliance;

/// <summary>One run's findings, fixes and constraints, and what to remember for the next.</summary>
/// <param name="Proposals">At most one fix an object, the most urgent first; forced. Objects without a violation have none.</param>
/// <param name="Violations">Overdue ones first, then by deadline and object.</param>
/// <param name="Constraints">One for each object of the snapshot, in its order.</param>
/// <param name="Open">The next snapshot's <see cref="ComplianceSnapshot.Open"/>.</param>
public sealed record CompliancePlan(
    ImmutableArray<Proposal> Proposals,
    ImmutableArray<Violation> Violations,
    ImmutableArray<ObjectConstraints> Constraints,
    ComplianceReport Report,
    ImmutableArray<ViolationMemory> Open);
