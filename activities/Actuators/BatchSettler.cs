using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Storage;
using Idp.Storage.Regions;
using Idp.Workflows.Contracts;

namespace Idp.Activities.Actuators;

/// <summary>What comes after the switches of a batch: outcomes as the stores have written them, opening or undoing, grace and its end.</summary>
internal sealed class BatchSettler(BatchLog batches, MoverFactory movers, BatchRunner runner)
{
    /// <summary>How attempts ended that have ended, in one round trip.</summary>
    public async Task<ImmutableDictionary<ObjectId, MoveOutcome>> ReadOutcomesAsync(
        ImmutableArray<MigrationRecord> members, bool isUndo, CancellationToken cancellationToken)
    {
        if (members.IsEmpty)
        {
            return ImmutableDictionary<ObjectId, MoveOutcome>.Empty;
        }

        var (source, target) = movers.Stores(members[0]);
        return await ObjectProbe.ReadOutcomesAsync(
            isUndo ? target : source,
            members[0].Object.Dataset,
            [.. members.Select(member => (member.Object, isUndo ? member.UndoEpoch : member.Epoch))],
            cancellationToken);
    }

    /// <summary>Opens what has moved and publishes it; voids and undoes what has not.</summary>
    /// <returns>Everything that has moved so far, by this call or an earlier one.</returns>
    public async Task<BatchSettled> SettleAsync(BatchStep step, CancellationToken cancellationToken)
    {
        var members = await batches.ListOpenMembersAsync(step.Batch, cancellationToken);
        var pending = members.Where(member => IsPending(member, step.IsUndo)).ToImmutableArray();
        var known = await ReadOutcomesAsync(pending, step.IsUndo, cancellationToken);
        var shape = pending.IsEmpty ? null : await movers.ShapeAsync(pending[0], step.IsUndo, cancellationToken);
        var results = await runner.RunAsync(
            pending,
            async (member, token) =>
            {
                var mover = movers.Make(member, step.IsUndo, shape!);

                // One without an outcome is voided for good first, under the object's lock.
                var outcome = known.TryGetValue(member.Object, out var written) ? written : await mover.ResolveAsync(token);
                await (outcome is MoveOutcome.Moved ? mover.OpenAsync(token) : mover.UndoAsync(token));
                return outcome;
            },
            cancellationToken);

        var moved = Those(results, MoveOutcome.Moved);
        var voided = Those(results, MoveOutcome.Voided);
        var failed = results.Where(result => result.Error is not null).ToArray();
        await batches.NoteErrorsAsync(step.Batch, [.. failed.Select(result => (result.Member.Id, result.Error!))], cancellationToken);
        await batches.PublishMovesAsync(step.Batch, moved, step.IsUndo, cancellationToken);
        await batches.EnterAsync(step.Batch, moved, step.IsUndo ? MigrationPhase.CleaningUp : MigrationPhase.Grace, cancellationToken);
        if (step.IsUndo)
        {
            // It stays where it is, and its grace has ended.
            await batches.EnterAsync(step.Batch, voided, MigrationPhase.CleaningUp, cancellationToken);
        }
        else
        {
            await batches.EnterAsync(step.Batch, voided, MigrationPhase.RollingBack, cancellationToken);
            await batches.EnterAsync(step.Batch, voided, MigrationPhase.RolledBack, cancellationToken);
        }

        var settled = members.Where(member => !IsPending(member, step.IsUndo) && IsMoved(member, step.IsUndo)).Select(member => member.Id);
        var ordinals = (await batches.ListMembersAsync(step.Batch, cancellationToken)).ToDictionary(member => member.Migration, member => member.Ordinal);
        return new BatchSettled([.. settled.Concat(moved).Select(member => ordinals[member]).Order()], voided.Length, failed.Length, failed.FirstOrDefault()?.Error);
    }

    /// <summary>Brings the old copies of members in grace up to their owners, where anything was written since.</summary>
    public async Task FollowAsync(BatchStep step, CancellationToken cancellationToken)
    {
        var members = (await batches.ListOpenMembersAsync(step.Batch, cancellationToken)).Where(member => member.Phase is MigrationPhase.Grace).ToImmutableArray();
        if (members.IsEmpty)
        {
            return;
        }

        var (_, owner) = movers.Stores(members[0]);
        var changed = await ObjectProbe.ReadChangedAsync(owner, members[0].Object.Dataset, [.. members.Select(member => member.Object)], cancellationToken);
        var shape = await movers.ShapeAsync(members[0], isUndo: false, cancellationToken);
        await runner.RunAsync(
            [.. members.Where(member => changed.Contains(member.Object))],
            async (member, token) =>
            {
                await movers.Make(member, isUndo: false, shape).FollowAsync(token);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Ends grace and deletes old copies: of members taken back when <see cref="BatchStep.IsUndo"/>, else of all.</summary>
    public async Task<BatchProgress> CleanUpAsync(BatchStep step, CancellationToken cancellationToken)
    {
        var members = (await batches.ListOpenMembersAsync(step.Batch, cancellationToken))
            .Where(member => member.Phase is MigrationPhase.CleaningUp || (member.Phase is MigrationPhase.Grace && !step.IsUndo))
            .Where(member => !step.IsUndo || member.UndoEpoch != 0)
            .ToImmutableArray();
        await batches.EnterAsync(step.Batch, [.. members.Select(member => member.Id)], MigrationPhase.CleaningUp, cancellationToken);

        // Who was taken back is read, too.
        var undone = await ReadOutcomesAsync([.. members.Where(member => member.UndoEpoch != 0)], isUndo: true, cancellationToken);
        var shape = members.IsEmpty ? null : await movers.ShapeAsync(members[0], isUndo: false, cancellationToken);
        var results = await runner.RunAsync(
            members,
            async (member, token) =>
            {
                var isBack = IsBack(member);
                await movers.Make(member, isBack, shape!).CleanUpAsync(_ => { }, token);
                return isBack;
            },
            cancellationToken);

        var failed = results.Where(result => result.Error is not null).ToArray();
        await batches.NoteErrorsAsync(step.Batch, [.. failed.Select(result => (result.Member.Id, result.Error!))], cancellationToken);
        await batches.EnterAsync(step.Batch, Those(results, false), MigrationPhase.Done, cancellationToken);
        await batches.EnterAsync(step.Batch, Those(results, true), MigrationPhase.RolledBack, cancellationToken);
        return new BatchProgress(failed.Length, 0, failed.FirstOrDefault()?.Error);

        bool IsBack(MigrationRecord member) => undone.TryGetValue(member.Object, out var outcome) && outcome is MoveOutcome.Moved;
    }

    private static bool IsPending(MigrationRecord member, bool isUndo) => (member.UndoEpoch != 0) == isUndo
        && member.Phase is not MigrationPhase.CleaningUp and not MigrationPhase.AwaitingApproval
        && (isUndo || member.Phase is not MigrationPhase.Grace);

    private static bool IsMoved(MigrationRecord member, bool isUndo) =>
        !isUndo && member.UndoEpoch == 0 && member.Phase is MigrationPhase.Grace or MigrationPhase.CleaningUp;

    private static ImmutableArray<MigrationId> Those<T>(ImmutableArray<MemberResult<T>> results, T value) =>
        [.. results.Where(result => result.Error is null && EqualityComparer<T>.Default.Equals(result.Value, value)).Select(result => result.Member.Id)];
}
