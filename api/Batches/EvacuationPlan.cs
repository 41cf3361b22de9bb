using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Api;

/// <summary>What an evacuation would move, and where to.</summary>
/// <param name="Targets">By target and dataset.</param>
/// <param name="Denied">Objects with nowhere to go, at most 100 of them.</param>
/// <param name="DeniedCount">All of them.</param>
public sealed record EvacuationPlan(
    RegionId Region, int Objects, long Rows, long SizeBytes, int Batches, ImmutableArray<EvacuationTarget> Targets, ImmutableArray<BatchDenial> Denied, int DeniedCount);

public sealed record EvacuationTarget(RegionId To, DatasetId Dataset, int Objects, long Rows, long SizeBytes, int Batches, int Alone);
