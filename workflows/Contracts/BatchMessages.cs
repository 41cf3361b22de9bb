using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;

namespace Idp.Workflows.Contracts;

/// <summary>Names one step of a batch; whom it concerns is read from the catalog, so histories stay small.</summary>
/// <param name="IsUndo">Whether it concerns the members that are being taken back, and only those.</param>
/// <param name="MustEnd">Fail, to be tried again, until no member is left to do it for.</param>
public sealed record BatchStep(BatchId Batch, bool IsUndo = false, bool MustEnd = false)
{
    /// <summary>Tries of one phase; a member that still fails then is taken back alone.</summary>
    public const int MaxAttempts = 3;
}

/// <param name="WaitsFor">Why the batch may not copy yet; null when it may.</param>
/// <param name="RetryAfter">When to ask again.</param>
public sealed record BatchSlot(string? WaitsFor, TimeSpan RetryAfter);

/// <param name="Members">Claimed now or by an earlier run.</param>
/// <param name="Refused">Of those planned, the ones that could not be claimed.</param>
/// <param name="Refusal">Why nothing was begun; null when it was.</param>
/// <param name="IsResumed">An earlier run got past preparing and was lost: read the outcomes before anything else.</param>
/// <param name="IsReverting">The lost run was taking members back.</param>
/// <param name="AwaitsApproval">An operator's approval is still open, whatever this run was asked for.</param>
/// <param name="Grace">How long an undo stays possible after the switch.</param>
/// <param name="ApprovalTimeout">How long to wait for an operator.</param>
public sealed record BatchBegun(
    int Members,
    int Refused,
    string? Refusal,
    bool IsResumed,
    bool IsReverting,
    bool AwaitsApproval,
    TimeSpan Grace,
    TimeSpan ApprovalTimeout);

/// <summary>What one phase did.</summary>
/// <param name="Going">Members that may enter the next phase; for a clean-up, members still to be cleaned up.</param>
/// <param name="Failed">Members that were given up in this phase; each one's migration says why.</param>
/// <param name="LastError">One of the failures.</param>
/// <param name="RowCount">Rows copied, for a copy.</param>
/// <param name="SizeBytes">Bytes copied, for a copy.</param>
/// <param name="MaxWritePauseMs">The longest that clients of one member could not write, for a switch.</param>
public sealed record BatchProgress(
    int Going, int Failed, string? LastError = null, long RowCount = 0, long SizeBytes = 0, double? MaxWritePauseMs = null);

/// <summary>How the attempts of members ended, as the stores have written it down.</summary>
/// <param name="Moved">Ordinals of members that changed their owner.</param>
/// <param name="RolledBack">Members that are back as before.</param>
/// <param name="Unsettled">Members whose stores did not answer; to be settled later.</param>
public sealed record BatchSettled(ImmutableArray<int> Moved, int RolledBack, int Unsettled, string? LastError = null);

/// <param name="Ordinals">The members to take back.</param>
public sealed record BatchUndo(BatchId Batch, ImmutableArray<int> Ordinals);

/// <param name="Refusal">Why members that wait for approval, or were never claimed, never begin; null when nothing of the kind is left.</param>
public sealed record BatchEnd(BatchId Batch, string? Refusal);

/// <summary>Who asks to take back one member, and why.</summary>
public sealed record MemberNote(MigrationId Migration, string Operator, string Note);

/// <summary>All that operators can see of a running batch; its members are listed in the catalog.</summary>
/// <param name="WaitsFor">Why it has not begun to copy; null when it has.</param>
/// <param name="Members">Claimed.</param>
/// <param name="Refused">Never claimed.</param>
/// <param name="Failed">Given up before their commit; rolled back by now, or about to be.</param>
/// <param name="Moved">Changed their owner, whatever came after.</param>
/// <param name="Reverted">Of those moved, the ones taken back.</param>
/// <param name="Unsettled">Members whose stores do not answer.</param>
/// <param name="MaxWritePauseMs">The longest that clients of one member could not write; null before the switch.</param>
public sealed record BatchStatus(
    BatchId Id,
    DatasetId Dataset,
    RegionId Source,
    RegionId Target,
    MigrationPhase Phase,
    bool IsPaused = false,
    string? WaitsFor = null,
    OperatorNote? Approval = null,
    OperatorNote? LastNote = null,
    int Members = 0,
    int Refused = 0,
    int Failed = 0,
    int Moved = 0,
    int Reverted = 0,
    int Unsettled = 0,
    long RowCount = 0,
    long SizeBytes = 0,
    double? MaxWritePauseMs = null,
    string? LastError = null);
