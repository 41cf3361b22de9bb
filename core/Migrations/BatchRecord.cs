namespace Idp.Core.Migrations;

/// <summary>A group of objects that travel in one saga, as the catalog keeps it.</summary>
/// <param name="Evacuation">The evacuation that cut it; <see langword="null"/> when a person asked.</param>
/// <param name="BegunAt">When its members were claimed.</param>
/// <param name="SettledAt">When every member's first attempt had an outcome; from here on nothing is copied.</param>
/// <param name="FinishedAt">When the last member's old copy was gone.</param>
public sealed record BatchRecord(
    BatchId Id,
    DatasetId Dataset,
    RegionId Source,
    RegionId Target,
    string RequestedBy,
    string Reason,
    bool NeedsApproval,
    EvacuationId? Evacuation,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? BegunAt,
    DateTimeOffset? SettledAt,
    DateTimeOffset? FinishedAt,
    BatchCounts Counts)
{
    public BatchRequest Request => new(Id, Dataset, Source, Target, RequestedBy, Reason, NeedsApproval);
}

/// <summary>How many members stand where.</summary>
/// <param name="Members">All of them.</param>
/// <param name="Refused">Never begun, for example because another migration had the object.</param>
/// <param name="Open">Claimed, and neither moved nor taken back yet.</param>
/// <param name="Moved">In grace, being cleaned up, or done.</param>
/// <param name="RolledBack">Back as before; each one's migration says why.</param>
public sealed record BatchCounts(int Members, int Refused, int Open, int Moved, int RolledBack);
