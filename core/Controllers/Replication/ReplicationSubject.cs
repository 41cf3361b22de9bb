using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Controllers.Replication;

/// <summary>One object as the replication controller sees it.</summary>
/// <param name="Replicas">Copies besides the primary, in the order of the catalog.</param>
/// <param name="SizeBytes">Bytes that a copy sends and keeps.</param>
/// <param name="Demand">At most one entry a region; regions without demand may be left out.</param>
/// <param name="AnswerBytes">Of a mean read.</param>
/// <param name="WriteBytes">Of a mean write, as sent to each copy.</param>
/// <param name="NearReadShare">Share of reads that a replica may serve, from 0 to 1; what the consistency controller leaves strong goes to the primary.</param>
/// <param name="TargetAvailability">Share of the time, from 0.5 to below 1; null when none is asked for.</param>
/// <param name="MaxDataLoss">Newest writes that a disaster may cost; null when nothing is asked for.</param>
/// <param name="Lags">Measured lags of its copies.</param>
/// <param name="Excluded">Regions where policies forbid a copy.</param>
/// <param name="IsChanging">True while any change of it is open.</param>
/// <param name="Memory">What the previous plan returned for it; null when it is new.</param>
public sealed record ReplicationSubject(
    ObjectId Object,
    RegionId Primary,
    ImmutableArray<RegionId> Replicas,
    long SizeBytes,
    ImmutableArray<RegionDemand> Demand,
    long AnswerBytes,
    long WriteBytes,
    double NearReadShare,
    double? TargetAvailability,
    TimeSpan? MaxDataLoss,
    ImmutableArray<ReplicaLag> Lags,
    ImmutableArray<RegionExclusion> Excluded,
    bool IsChanging,
    ReplicationMemory? Memory);
