using Idp.Core.Migrations;
using Idp.Core.Movement;
using Temporalio.Activities;

namespace Idp.Workflows.Contracts;

/// <summary>The steps of a migration that touch real stores.</summary>
/// <remarks>
/// A step that begins a phase first notes it in the catalog, for operators and for the reconciler.
/// Any method may run again for the same migration, and an attempt that timed out may still be running: every effect is fenced
/// by the attempt's epoch in the stores themselves. Failures of type <see cref="Failures.Refused"/> and
/// <see cref="Failures.Unequal"/> are not retryable; all others are. Each attempt that fails is noted in the catalog with its
/// remedy, and from the third on operators are alerted.
/// </remarks>
public interface IMigrationActivities
{
    /// <summary>Claims the object in the catalog and reserves the attempt's epoch.</summary>
    [Activity]
    Task<BeginResult> BeginAsync(MigrationRequest request);

    /// <summary>Claims one of the slots for migrations that copy; fails with <see cref="Failures.WaitsForSlot"/> until there is one.</summary>
    [Activity]
    Task ClaimSlotAsync(MoveStep step);

    /// <summary>Policy gate, operating mode and preflight of both stores; touches no row.</summary>
    [Activity]
    Task PrepareAsync(MoveStep step);

    /// <summary>Starts logging at the source, then opens the target for the copy.</summary>
    [Activity]
    Task StartAsync(MoveStep step);

    /// <summary>Copies the rows, resuming where an earlier attempt stopped, and drains what changed meanwhile.</summary>
    [Activity]
    Task<CopyResult> CopyAsync(MoveStep step);

    /// <summary>Compares both copies at one snapshot.</summary>
    [Activity]
    Task<VerifyResult> VerifyAsync(MoveStep step);

    /// <summary>Freezes, drains to empty and commits at the source: the one point of no return.</summary>
    [Activity]
    Task<SwitchResult> SwitchAsync(MoveStep step);

    /// <summary>Reads how the attempt ended; voids it for good when it had not.</summary>
    [Activity]
    Task<MoveOutcome> ResolveAsync(MoveStep step);

    /// <summary>After a void: the source as it was, the target without the object's rows.</summary>
    [Activity]
    Task UndoAsync(MoveStep step);

    /// <summary>After the commit: opens the target and publishes the new route.</summary>
    [Activity]
    Task OpenAsync(MoveStep step);

    /// <summary>During grace: brings the old copy up to the owner once.</summary>
    [Activity]
    Task FollowAsync(MoveStep step);

    /// <summary>Ends grace and deletes the old copy.</summary>
    [Activity]
    Task CleanUpAsync(MoveStep step);

    /// <summary>Reserves the epoch of an undo.</summary>
    [Activity]
    Task ReserveUndoAsync(MoveStep step);

    /// <summary>Tells operators that a step keeps failing, and gives the slot up until they have decided.</summary>
    [Activity]
    Task ParkAsync(ParkStep step);

    /// <summary>Notes that an operator holds the migration, which gives its slot up, or lets it go on.</summary>
    [Activity]
    Task HoldAsync(HoldStep step);

    /// <summary>Enters a phase that has no other step: it waits for an operator, or it has ended.</summary>
    [Activity]
    Task NoteAsync(MoveStep step);
}
