namespace Idp.Core.Controllers.Consistency;

/// <summary>One operation of a dataset: what is declared of it, and what was seen of it.</summary>
/// <param name="Floor">The least that its intent demands.</param>
/// <param name="Invariant">A declared invariant that it guards, for example <c>balance is never negative</c>; null when it guards none.</param>
/// <param name="Tolerance">How old a state its readers bear of other sessions' writes; null when nobody has said.</param>
/// <param name="ReplicaLag">P99 of how long replicas of the dataset miss a write.</param>
/// <param name="OwnerMs">Mean round trip of its reads at the owner, in milliseconds.</param>
/// <param name="NearestMs">The same at the nearest copy.</param>
/// <param name="Evidence">Of the period since the previous run; null when the operation did not occur.</param>
/// <param name="Memory">What the previous plan returned for it; null when it is new.</param>
public sealed record OperationFacts(
    DatasetId Dataset,
    string Operation,
    ReadLevel Floor,
    string? Invariant,
    TimeSpan? Tolerance,
    TimeSpan ReplicaLag,
    double OwnerMs,
    double NearestMs,
    OperationEvidence? Evidence,
    ConsistencyMemory? Memory);
