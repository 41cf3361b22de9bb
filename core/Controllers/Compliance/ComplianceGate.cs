using System.Collections.Frozen;
using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Compliance;

/// <summary>Stops the proposals of other controllers that break a rule, or that touch an object whose violation is not yet fixed.</summary>
public sealed class ComplianceGate(ImmutableArray<ObjectConstraints> constraints)
{
    private readonly FrozenDictionary<ObjectId, ObjectConstraints> _constraints = constraints.ToFrozenDictionary(entry => entry.Object);

    /// <returns>Null when the proposal may go on to the arbiter, else the rule that stops it. An object that was not checked is stopped too.</returns>
    public string? WhyNot(Proposal proposal)
    {
        if (proposal.Kind is ProposalKind.Hold)
        {
            return null;
        }

        if (!_constraints.TryGetValue(proposal.Object, out var known))
        {
            return $"{proposal.Object} was not checked against the policies";
        }

        if (known.BlockedBecause is { } violation && proposal.Controller != ComplianceController.ControllerName)
        {
            return violation;
        }

        return proposal.Kind switch
        {
            ProposalKind.Migrate => Find(known.Primaries, proposal.To),
            ProposalKind.AddReplica => Find(known.Replicas, proposal.To),
            _ => null,
        };
    }

    private static string? Find(ImmutableArray<RegionConstraint> constraints, RegionId region) =>
        constraints.FirstOrDefault(constraint => constraint.Region == region)?.Because;
}
