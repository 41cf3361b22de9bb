namespace Idp.Core.Migrations;

/// <summary>One migration as the catalog keeps it.</summary>
/// <param name="Epoch">Reserved for this attempt, never reused.</param>
/// <param name="UndoEpoch">Reserved for taking it back during grace; 0 when nobody asked.</param>
/// <param name="RowCount">Rows copied.</param>
/// <param name="SizeBytes">Bytes copied.</param>
/// <param name="IsVerified">Whether source and target were compared at one point, and equal, before the switch.</param>
/// <param name="LastError">The last failure, and no longer than the log keeps a line; <see langword="null"/> when there was none.</param>
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
    /// <summary>From 1, the most urgent, to 5.</summary>
    public int Priority { get; init; } = MigrationRequest.DefaultPriority;

    /// <summary>Whether an operator holds it.</summary>
    public bool IsPaused { get; init; }

    /// <summary>How often the present step was tried.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>What it waits for, for example a slot and who is ahead; <see langword="null"/> while it works.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>What to do about <see cref="LastError"/>; <see langword="null"/> when there was none.</summary>
    public string? Remedy { get; init; }

    /// <summary>When a parked migration is given up; <see langword="null"/> when it is not parked.</summary>
    public DateTimeOffset? ParkedUntil { get; init; }

    /// <summary>How far the copy has come; <see langword="null"/> before it has begun.</summary>
    public CopyProgress? Progress { get; init; }

    /// <summary>How both copies were compared; <see langword="null"/> before.</summary>
    public VerificationReport? Verification { get; init; }

    /// <summary>Time until the copy should be complete, at the present rate; <see langword="null"/> when that cannot be said.</summary>
    public TimeSpan? Eta => Phase is MigrationPhase.Copying && !IsPaused ? Progress?.Eta : null;
    /// <summary>The batch it travels in; <see langword="null"/> when it has a saga of its own.</summary>
    public BatchId? Batch { get; init; }
}
