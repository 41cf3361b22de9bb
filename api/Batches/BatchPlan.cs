using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Api;

/// <summary>What a request for many objects moves, or would move.</summary>
/// <param name="Objects">Objects that are moved.</param>
/// <param name="Rows">As the catalog knows them.</param>
/// <param name="SizeBytes">As the catalog knows it.</param>
/// <param name="Groups">Batches, one route after the other.</param>
/// <param name="Alone">Objects too big for a batch; each has a saga of its own.</param>
/// <param name="AlreadyThere">Of those asked for, the ones that are in the target.</param>
/// <param name="Unknown">Keys asked for that the catalog does not know.</param>
/// <param name="Denied">Objects that policies keep where they are, at most 100 of them.</param>
/// <param name="DeniedCount">All of them.</param>
public sealed record BatchPlan(
    DatasetId Dataset,
    RegionId To,
    int Objects,
    long Rows,
    long SizeBytes,
    ImmutableArray<BatchGroup> Groups,
    ImmutableArray<BatchSingle> Alone,
    int AlreadyThere,
    int Unknown,
    ImmutableArray<BatchDenial> Denied,
    int DeniedCount);

/// <param name="Batch">Its saga; null in a dry run.</param>
public sealed record BatchGroup(RegionId From, int Objects, long Rows, long SizeBytes, BatchId? Batch);

/// <param name="Migration">Its saga; null in a dry run, or when it was refused.</param>
/// <param name="Refusal">Why it was not started.</param>
public sealed record BatchSingle(ObjectId Object, long SizeBytes, MigrationId? Migration, string? Refusal = null);

/// <summary>An object that policies keep where it is.</summary>
public sealed record BatchDenial(ObjectId Object, string Reason);
