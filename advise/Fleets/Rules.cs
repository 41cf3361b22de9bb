using System.Collections.Immutable;
using Idp.Core;
using Idp.Policies;
using Idp.Policies.Intents;

namespace Idp.Advise.Fleets;

/// <summary>What intents and policies say about the objects of a log.</summary>
/// <param name="Intents">By the name of the dataset. An object belongs to the one that its name begins with, or to the only one.</param>
/// <param name="Policies">Null when none are looked at: without intents nothing is known about the data, and every policy would count as meant.</param>
/// <param name="AsOf">The moment that policies are asked for.</param>
public sealed record Rules(ImmutableSortedDictionary<string, DataObject> Intents, PolicySnapshot? Policies, DateTimeOffset AsOf)
{
    /// <value>Nothing was declared.</value>
    public static Rules None { get; } = new(ImmutableSortedDictionary.Create<string, DataObject>(StringComparer.Ordinal), null, DateTimeOffset.UnixEpoch);

    /// <returns>The intent's name; empty when none speaks for the object.</returns>
    public string DatasetOf(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && Intents.ContainsKey(name[..slash]) ? name[..slash]
            : Intents.Count == 1 ? Intents.Keys.First()
            : string.Empty;
    }

    /// <returns>What hard policies have against a dataset's data in a region; empty when it may be there.</returns>
    /// <param name="dataset">As <see cref="DatasetOf"/> has it.</param>
    public ImmutableArray<PolicyFinding> DenialsOf(string dataset, RegionId region)
    {
        if (Policies is null)
        {
            return [];
        }

        var intent = Intents.GetValueOrDefault(dataset);
        var evaluator = new PolicyEvaluator(Policies);
        var facts = new PlacementFacts
        {
            Object = new ObjectId(DatasetId.Parse(dataset.Length > 0 ? dataset : "log"), "*"),
            DataClassification = intent?.Requirements.Compliance?.DataClassification,
            UserRegion = intent?.Requirements.Compliance?.UserRegion,
            Action = PlacementAction.MovePrimary,
            Target = region,
            AsOf = AsOf,
        };
        ImmutableArray<PolicyFinding> primary = [.. evaluator.Evaluate(facts).Denials];

        // Any site may become the primary, so a site must be allowed as both.
        return primary.IsEmpty ? [.. evaluator.Evaluate(facts with { Action = PlacementAction.PlaceReplica }).Denials] : primary;
    }
}
