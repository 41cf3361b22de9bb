using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Idp.Core;
using Idp.Core.Controllers.Compliance;
using Idp.Core.Controllers.Placement;

namespace Idp.Activities.Sensors;

/// <summary>One tick's readings, as stored.</summary>
/// <param name="Totals">Operations counted so far by object and caller; the next snapshot subtracts them.</param>
/// <param name="Options">The placement controller's in force; null in snapshots of earlier releases.</param>
/// <param name="Compliance">Likewise.</param>
public sealed record CollectedSnapshot(PlacementSnapshot Placement, ImmutableArray<OperationTotal> Totals, PlacementOptions? Options = null, ComplianceFacts? Compliance = null)
{
    /// <value>Those options, or the defaults.</value>
    [JsonIgnore]
    public PlacementOptions InForce => Options ?? new PlacementOptions();
}

public sealed record OperationTotal(ObjectId Object, RegionId Caller, long Operations);
