namespace Idp.Core.Controllers.Consistency;

/// <summary>What the accesses of one period say about one operation.</summary>
/// <param name="ForeignFreshReads">Reads so soon after another session's write that a replica might have missed it.</param>
/// <param name="OwnFreshReads">The same after a write of the own session.</param>
/// <param name="RacedReads">Reads whose session went on to write the object while another session's write was in flight around them: a lost update in waiting.</param>
/// <param name="ConflictingWrites">Writes so soon after another session's write of the same object.</param>
/// <param name="Example">One of the above in words; null when there is none.</param>
public sealed record OperationEvidence(
    DatasetId Dataset,
    string Operation,
    long Reads,
    long Writes,
    long ForeignFreshReads,
    long OwnFreshReads,
    long RacedReads,
    long ConflictingWrites,
    string? Example);
