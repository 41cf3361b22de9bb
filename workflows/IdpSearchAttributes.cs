using Idp.Core;
using Idp.Core.Migrations;
using Temporalio.Common;

namespace Idp.Workflows;

/// <summary>What makes our workflows findable in Temporal's UI. All are of type Keyword.</summary>
public static class IdpSearchAttributes
{
    public static readonly SearchAttributeKey<string> Object = SearchAttributeKey.CreateKeyword("IdpObject");
    public static readonly SearchAttributeKey<string> Region = SearchAttributeKey.CreateKeyword("IdpRegion");
    public static readonly SearchAttributeKey<string> Kind = SearchAttributeKey.CreateKeyword("IdpKind");
    public static readonly SearchAttributeKey<string> Phase = SearchAttributeKey.CreateKeyword("IdpPhase");

    /// <summary>The names that a namespace must know before our workflows run there.</summary>
    public static IReadOnlyList<string> Names { get; } = [Object.Name, Region.Name, Kind.Name, Phase.Name];

    public static SearchAttributeCollection ForMigration(ObjectId id, RegionId target) => new SearchAttributeCollection.Builder()
        .Set(Object, id.ToString())
        .Set(Region, target.Value)
        .Set(Kind, "migration")
        .Set(Phase, nameof(MigrationPhase.Preparing))
        .ToSearchAttributeCollection();

    public static SearchAttributeCollection ForBatch(BatchRequest batch) => new SearchAttributeCollection.Builder()
        .Set(Object, $"{batch.Dataset}/*")
        .Set(Region, batch.Target.Value)
        .Set(Kind, "batch")
        .Set(Phase, nameof(MigrationPhase.Preparing))
        .ToSearchAttributeCollection();

    public static SearchAttributeCollection ForEvacuation(EvacuationRequest evacuation) => new SearchAttributeCollection.Builder()
        .Set(Region, evacuation.Region.Value)
        .Set(Kind, "evacuation")
        .ToSearchAttributeCollection();
}
