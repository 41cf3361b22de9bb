using Idp.Core;
using Idp.Core.Migrations;

namespace Idp.Workflows.Contracts;

/// <summary>Names one attempt; everything else about it lies in the catalog, so histories stay small.</summary>
/// <param name="IsUndo">Whether the attempt takes the migration back.</param>
/// <param name="Entered">The phase that begins with this step, noted in the catalog before anything else; null when none does.</param>
/// <param name="Error">The last failure, noted with the phase; null leaves the one known.</param>
/// <param name="Quarantines">Whether the migration ends because of a failure that similar ones would meet too.</param>
public sealed record MoveStep(
    MigrationId Migration, bool IsUndo = false, MigrationPhase? Entered = null, string? Error = null, bool Quarantines = false);

/// <summary>A step failed as often as it is tried: an operator shall decide.</summary>
/// <param name="FailedIn">The phase whose step failed, and with which it would go on.</param>
/// <param name="Until">When it is given up.</param>
public sealed record ParkStep(MigrationId Migration, MigrationPhase FailedIn, string Error, string Remedy, DateTimeOffset Until);

/// <summary>An operator holds a migration, or lets it go on.</summary>
/// <param name="WaitingFor">What it waits for, for those who look; null when it goes on.</param>
public sealed record HoldStep(MigrationId Migration, bool IsPaused, string? WaitingFor = null);

/// <param name="Source">Where the object was when the migration began; null when it was refused.</param>
/// <param name="IsResumed">An earlier run of the saga got past approval and was lost: read the outcome before anything else.</param>
/// <param name="Refusal">Why nothing was begun; null when it was.</param>
/// <param name="Grace">How long an undo stays possible after the switch.</param>
/// <param name="ApprovalTimeout">How long to wait for an operator.</param>
/// <param name="AwaitsApproval">An operator's approval is still open, whatever this run was asked for.</param>
/// <param name="IsReverting">The lost run was taking the move back: an epoch is reserved for its undo, whose outcome counts too.</param>
/// <param name="ParkTimeout">How long a step that keeps failing waits for an operator's decision; zero for not at all.</param>
/// <param name="IsPaused">The lost run was held by an operator.</param>
public sealed record BeginResult(
    RegionId? Source,
    bool IsResumed,
    string? Refusal,
    TimeSpan Grace,
    TimeSpan ApprovalTimeout,
    bool AwaitsApproval = false,
    bool IsReverting = false,
    TimeSpan ParkTimeout = default,
    bool IsPaused = false);

/// <param name="RowCount">Rows copied by all attempts together.</param>
/// <param name="SizeBytes">Bytes copied by all attempts together.</param>
public sealed record CopyResult(long RowCount, long SizeBytes);

/// <param name="Report">One line a table.</param>
public sealed record VerifyResult(long RowCount, string Report);

/// <param name="WritePauseMs">How long clients could not write, as the mover saw it.</param>
public sealed record SwitchResult(double WritePauseMs);

/// <summary>Who did something to a migration, and why.</summary>
/// <param name="Operator">A person's name or address; 1 to 200 characters.</param>
/// <param name="Note">Free text; at most 500 characters.</param>
public sealed record OperatorNote(string Operator, string Note);

/// <summary>All that operators can see of a running migration.</summary>
/// <param name="LastNote">What an operator did last.</param>
/// <param name="WritePauseMs">How long the switch kept clients from writing; null before it.</param>
/// <param name="Remedy">What to do about <paramref name="LastError"/>; null when there was none.</param>
/// <param name="FailedIn">While it is parked: the phase that a resume tries again.</param>
/// <param name="ParkedUntil">While it is parked: when it is given up.</param>
public sealed record MigrationStatus(
    MigrationId Id,
    ObjectId Object,
    RegionId? Source,
    RegionId Target,
    MigrationPhase Phase,
    bool IsPaused = false,
    OperatorNote? Approval = null,
    OperatorNote? LastNote = null,
    long RowCount = 0,
    long SizeBytes = 0,
    string? Verification = null,
    double? WritePauseMs = null,
    bool IsReverted = false,
    string? LastError = null,
    string? Remedy = null,
    MigrationPhase? FailedIn = null,
    DateTimeOffset? ParkedUntil = null,
    int Priority = MigrationRequest.DefaultPriority);
