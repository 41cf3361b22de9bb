using System.Collections.Immutable;
using Idp.Activities.Sensors;
using Idp.Core.Controllers.Compliance;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;

namespace Idp.Activities.Controllers;

/// <summary>What one run of the compliance controller found, as stored.</summary>
/// <param name="Violations">Overdue ones first, then by deadline and object.</param>
/// <param name="Proposals">The fixes.</param>
/// <param name="Open">For the next run.</param>
public sealed record ComplianceFindings(
    ComplianceReport Report, ImmutableArray<Violation> Violations, ImmutableArray<Proposal> Proposals, ImmutableArray<ViolationMemory> Open)
{
    /// <summary>Pure: the same snapshot always gives the same findings.</summary>
    /// <returns>Null for snapshots of releases without this controller.</returns>
    public static ComplianceFindings? Of(CollectedSnapshot snapshot)
    {
        if (snapshot is not { Compliance: { } facts, Options: { } placement })
        {
            return null;
        }

        var plan = new ComplianceController(facts.Options, placement, placement.ToLatencyValue()).Decide(facts.Over(snapshot.Placement));
        return new ComplianceFindings(plan.Report, plan.Violations, plan.Proposals, plan.Open);
    }
}
