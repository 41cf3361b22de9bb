using Idp.Core;
using Idp.Core.Controllers.Compliance;
using Idp.Policies;
using Idp.Storage;

namespace Idp.Activities;

/// <summary>The one place where facts meet policies, at the decision and again at the actuator.</summary>
public sealed class PolicyGate(PolicySnapshot policies, string environment, TimeProvider clock)
{
    private readonly PolicyEvaluator _evaluator = new(policies);

    private readonly Dictionary<string, ComplianceUrgency> _urgency = policies.Policies.ToDictionary(policy => policy.Name, policy => (ComplianceUrgency)policy.Priority);

    /// <summary>Content hash of the policies in force.</summary>
    public string Revision => policies.Revision;

    /// <summary>Whether an object's primary may move.</summary>
    public PolicyVerdict Judge(DatasetRecord dataset, ObjectId id, RegionId source, RegionId target) =>
        _evaluator.Evaluate(Facts(dataset, id, source, target));

    /// <summary>The regions that an object's primary may not be in, each with the rule.</summary>
    public AllowedRegions Allowed(DatasetRecord dataset, ObjectId id, RegionId source, IEnumerable<RegionId> regions) =>
        _evaluator.AllowedPrimaries(Facts(dataset, id, source, source), regions);

    /// <summary>What the policies have against an object being where it is: hard findings, and soft ones, which only warn.</summary>
    public IEnumerable<StandingBan> Bans(DatasetRecord dataset, ObjectId id, RegionId primary) =>
        Judge(dataset, id, primary, primary).Findings
            .Where(finding => finding.Effect is PolicyEffect.Denies or PolicyEffect.Warns)
            .Select(finding => new StandingBan(id, new RegionBan(
                primary,
                CopyRole.Primary,
                finding.Policy,
                finding.Rule ?? string.Empty,
                _urgency[finding.Policy],
                IsHard: finding.Effect is PolicyEffect.Denies,
                WaivedUntil: null,
                finding.Reason)));

    private PlacementFacts Facts(DatasetRecord dataset, ObjectId id, RegionId source, RegionId target) => new()
    {
        Object = id,
        DataClassification = dataset.DataClassification,
        UserRegion = dataset.UserRegion,
        Environment = environment.Length == 0 ? null : environment,
        Action = PlacementAction.MovePrimary,
        Source = source,
        Target = target,
        AsOf = clock.GetUtcNow(),
    };
}
