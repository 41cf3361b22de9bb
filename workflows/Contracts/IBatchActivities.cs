using System.Collections.Immutable;
using Idp.Core.Migrations;
using Temporalio.Activities;

namespace Idp.Workflows.Contracts;

/// <summary>The steps of a batch: each does one phase for all members, several at a time.</summary>
/// <remarks>
/// Each member has its own epoch, freeze, commit and outcome; one that fails does not hold the others up. What is done is read
/// from the catalog and the stores, so any method may run again, and an attempt that timed out may still be running.
/// </remarks>
public interface IBatchActivities
{
    /// <summary>Takes a place among the batches that copy.</summary>
    [Activity]
    Task<BatchSlot> TakeBatchSlotAsync(BatchRequest request);

    /// <summary>Claims the members in the catalog and reserves their epochs.</summary>
    [Activity]
    Task<BatchBegun> BeginBatchAsync(BatchRequest request);

    /// <summary>Policy gate for each member, preflight of both stores once; touches no row.</summary>
    [Activity]
    Task<BatchProgress> PrepareBatchAsync(BatchStep step);

    /// <summary>Starts logging at the source, then opens the target, member by member.</summary>
    [Activity]
    Task<BatchProgress> StartBatchAsync(BatchStep step);

    /// <summary>Copies and drains.</summary>
    [Activity]
    Task<BatchProgress> CopyBatchAsync(BatchStep step);

    /// <summary>Compares both copies of each member.</summary>
    [Activity]
    Task<BatchProgress> VerifyBatchAsync(BatchStep step);

    /// <summary>Freezes, drains and commits each member by itself, and opens its target at once.</summary>
    [Activity]
    Task<BatchProgress> SwitchBatchAsync(BatchStep step);

    /// <summary>Reads how each attempt ended: opens and publishes what has moved, voids and undoes what has not.</summary>
    [Activity]
    Task<BatchSettled> SettleBatchAsync(BatchStep step);

    /// <summary>During grace: brings the old copies up to their owners once.</summary>
    [Activity]
    Task FollowBatchAsync(BatchStep step);

    /// <summary>Reserves the epochs of taking members back.</summary>
    [Activity]
    Task ReserveBatchUndoAsync(BatchUndo undo);

    /// <summary>Ends grace and deletes the old copies.</summary>
    [Activity]
    Task<BatchProgress> CleanUpBatchAsync(BatchStep step);

    /// <summary>Closes the batch, and whatever of it never began.</summary>
    [Activity]
    Task EndBatchAsync(BatchEnd end);

    /// <summary>Finds open batches and evacuations whose workflow is gone: terminated by hand, or lost with its engine.</summary>
    [Activity]
    Task<OrphanedGroups> FindOrphanedGroupsAsync(LoopTick tick);
}

/// <summary>Groups to start again under their old ids.</summary>
public sealed record OrphanedGroups(ImmutableArray<BatchRequest> Batches, ImmutableArray<EvacuationRequest> Evacuations);
