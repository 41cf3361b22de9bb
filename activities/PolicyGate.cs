using Idp.Core;
using Idp.Policies;
using Idp.Storage;

namespace Idp.Activities;

/// <summary>The one place where facts meet policies, at the decision and again at the actuator.</summary>
public sealed class PolicyGate(PolicySnapshot policies, string environment, TimeProvider clock)
{
    private readonly PolicyEvaluator _evaluator = new(policies);

    /// <summary>Content hash of the policies in force.</summary>
    public string Revision => policies.Revision;

    /// <summary>Whether an object's primary may move.</summary>
    public PolicyVerdict Judge(DatasetRecord dataset, ObjectId id, RegionId source, RegionId target) =>
        _evaluator.Evaluate(Facts(dataset, id, source, target));

    /// <summary>The regions that an object's primary may not be in, each with the rule.</summary>
    public AllowedRegions Allowed(DatasetRecord dataset, ObjectId id, RegionId source, IEnumerable<RegionId> regions) =>
        _evaluator.AllowedPrimaries(Facts(dataset, id, source, source), regions);

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
