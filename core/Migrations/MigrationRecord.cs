namespace Idp.Core.Migrations;

/// <summary>One migration as the catalog keeps it.</summary>
/// <param name="Epoch">Reserved for this attempt, never reused.</param>
/// <param name="UndoEpoch">Reserved for taking it back during grace; 0 when nobody asked.</param>
/// <param name="RowCount">Rows copied.</param>
/// <param name="SizeBytes">Bytes copied.</param>
/// <param name="IsVerified">Whether source and target were compared at one point, and equal, before the switch.</param>
/// <param name="LastError">The last failure and what to do about it; <see langword="null"/> when there was none.</param>
public sealed record MigrationRecord(
    MigrationId Id,
    ObjectId Object,
    RegionId Source,
    RegionId Target,
    long Epoch,
    long UndoEpoch,
    MigrationPhase Phase,
    string RequestedBy,
    string Reason,
    long? DecisionId,
    DateTimeOffset StartedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? FinishedAt,
    long RowCount,
    long SizeBytes,
    bool IsVerified,
    string? LastError)
{
    /// <summary>The batch it travels in; <see langword="null"/> when it has a saga of its own.</summary>
    public BatchId? Batch { get; init; }
}
