using System.Collections.Concurrent;
using System.Collections.Immutable;
using Idp.Activities.Sensors;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Storage.Regions;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace Idp.Activities.Actuators;

/// <summary>Carries the phases of a batch to the stores: the movers of its members work side by side, the catalog is asked once.</summary>
internal sealed partial class BatchActivities(
    Catalog catalog,
    BatchLog batches,
    MoverFactory movers,
    BatchPreflight preflight,
    BatchSettler settler,
    BatchRunner runner,
    GroupSensor orphans,
    IOptions<PlaneOptions> plane,
    IOptions<BatchOptions> options,
    ILogger<BatchActivities> logger) : IBatchActivities
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WaitPerRival = TimeSpan.FromMilliseconds(300); // So that all of them together ask three times a second.

    private static CancellationToken Token => ActivityExecutionContext.Current.CancellationToken;

    [Activity] // Attributes are not inherited: the interface names the call, this one registers it.
    public async Task<BatchSlot> TakeBatchSlotAsync(BatchRequest request)
    {
        var queue = await batches.TakeSlotAsync(request.Id, options.Value.MaxRunning, options.Value.MaxRunningPerRoute, Token);
        var wait = WaitPerRival * (queue?.Waiting ?? 0);
        return new BatchSlot(queue?.Reason, wait < ShortestWait ? ShortestWait : wait > LongestWait ? LongestWait : wait);
    }

    [Activity]
    public async Task<BatchBegun> BeginBatchAsync(BatchRequest request)
    {
        var grace = plane.Value.Grace;
        var timeout = plane.Value.ApprovalTimeout;
        if (await batches.BeginAsync(request.Id, request.NeedsApproval, Token) is { } refusal)
        {
            return new BatchBegun(0, 0, refusal, false, false, false, grace, timeout);
        }

        var known = await batches.FindAsync(request.Id, Token);
        var open = await batches.ListOpenMembersAsync(request.Id, Token);
        return new BatchBegun(
            known!.Counts.Members - known.Counts.Refused,
            known.Counts.Refused,
            open.IsEmpty && known.Counts.Members == known.Counts.Refused ? await NobodyAsync(request.Id) : null,
            IsResumed: known.Counts.Moved > 0 || known.Counts.RolledBack > 0 || open.Any(member => member.Phase is not MigrationPhase.AwaitingApproval and not MigrationPhase.Preparing),
            IsReverting: open.Any(member => member.UndoEpoch != 0),
            AwaitsApproval: open.Any(member => member.Phase is MigrationPhase.AwaitingApproval),
            grace,
            timeout);
    }

    [Activity]
    public Task<BatchProgress> PrepareBatchAsync(BatchStep step) => AdvanceAsync(step, MigrationPhase.Preparing, async (members, token) =>
    {
        var refusals = await preflight.CheckAsync(members, token);
        return [.. members.Select(member => new MemberResult<bool>(member, true, refusals.GetValueOrDefault(member.Id), IsFinal: true))];
    });

    [Activity]
    public Task<BatchProgress> StartBatchAsync(BatchStep step) => EachAsync(step, MigrationPhase.Capturing, async (mover, _, token) =>
    {
        await mover.StartAsync(token);
        return true;
    });

    [Activity]
    public async Task<BatchProgress> CopyBatchAsync(BatchStep step)
    {
        var copies = new ConcurrentBag<(MigrationRecord Member, long RowCount, long SizeBytes)>();
        var progress = await EachAsync(
            step,
            MigrationPhase.Copying,
            async (mover, member, token) =>
            {
                var copied = await mover.CopyAsync(_ => { }, token);
                copies.Add((member, copied.RowCount, copied.SizeBytes));
                return true;
            },
            async token =>
            {
                if (!step.IsUndo)
                {
                    await batches.NoteCopiesAsync(step.Batch, [.. copies.Select(copy => (copy.Member.Id, copy.RowCount, copy.SizeBytes))], token);
                    await catalog.UpdateSizesAsync([.. copies.Select(copy => (copy.Member.Object, copy.SizeBytes, copy.RowCount))], token);
                }
            });
        return progress with { RowCount = copies.Sum(copy => copy.RowCount), SizeBytes = copies.Sum(copy => copy.SizeBytes) };
    }

    [Activity]
    public Task<BatchProgress> VerifyBatchAsync(BatchStep step)
    {
        var verified = new ConcurrentBag<MigrationId>();
        return EachAsync(
            step,
            MigrationPhase.Verifying,
            async (mover, member, token) =>
            {
                // An attempt before this one has compared it; what changed since is drained by key, as always.
                if (step.IsUndo || !member.IsVerified)
                {
                    await mover.VerifyAsync(token);
                    verified.Add(member.Id);
                }

                return true;
            },
            token => step.IsUndo ? Task.CompletedTask : batches.NoteVerifiedAsync(step.Batch, [.. verified], token));
    }

    [Activity]
    public async Task<BatchProgress> SwitchBatchAsync(BatchStep step)
    {
        var pauses = new ConcurrentBag<TimeSpan>();
        var done = ImmutableHashSet<ObjectId>.Empty;
        var progress = await AdvanceAsync(step, MigrationPhase.Switching, async (members, token) =>
        {
            done = [.. (await settler.ReadOutcomesAsync(members, step.IsUndo, token)).Keys];
            var shape = members.IsEmpty ? null : await movers.ShapeAsync(members[0], step.IsUndo, token);
            return await runner.RunAsync(
                members,
                async (member, inner) =>
                {
                    if (!done.Contains(member.Object))
                    {
                        var mover = movers.Make(member, step.IsUndo, shape!);
                        pauses.Add(await mover.SwitchAsync(inner));
                        await mover.OpenAsync(inner); // At once: the others' switches may take seconds.
                    }

                    return true;
                },
                token);
        });
        return progress with { MaxWritePauseMs = pauses.IsEmpty ? null : pauses.Max().TotalMilliseconds };
    }

    [Activity]
    public async Task<BatchSettled> SettleBatchAsync(BatchStep step)
    {
        var settled = await SafelyAsync(() => settler.SettleAsync(step, Token));
        if (!step.IsUndo)
        {
            await batches.SettleAsync(step.Batch, Token);
        }

        LogSettled(step.Batch.Value, settled.Moved.Length, settled.RolledBack, settled.Unsettled);
        return step.MustEnd && settled.Unsettled > 0
            ? throw new ApplicationFailureException($"{settled.Unsettled} members of {step.Batch} are not settled: {settled.LastError}")
            : settled;
    }

    [Activity]
    public Task FollowBatchAsync(BatchStep step) => SafelyAsync(async () =>
    {
        await settler.FollowAsync(step, Token);
        return true;
    });

    [Activity]
    public Task ReserveBatchUndoAsync(BatchUndo undo) =>
        batches.ReserveUndoAsync(undo.Batch, [.. undo.Ordinals.Select(undo.Batch.Member)], Token);

    [Activity]
    public async Task<BatchProgress> CleanUpBatchAsync(BatchStep step)
    {
        var cleaned = await SafelyAsync(() => settler.CleanUpAsync(step, Token));
        return step.MustEnd && cleaned.Going > 0
            ? throw new ApplicationFailureException($"{cleaned.Going} members of {step.Batch} are not cleaned up: {cleaned.LastError}")
            : cleaned;
    }

    [Activity]
    public async Task EndBatchAsync(BatchEnd end)
    {
        var waiting = (await batches.ListOpenMembersAsync(end.Batch, Token)).Where(member => member.Phase is MigrationPhase.AwaitingApproval).Select(member => member.Id).ToArray();
        await batches.NoteErrorsAsync(end.Batch, [.. waiting.Select(member => (member, end.Refusal ?? "cancelled before it began"))], Token);
        await batches.EnterAsync(end.Batch, waiting, MigrationPhase.RolledBack, Token);

        if (await batches.FinishAsync(end.Batch, end.Refusal, Token))
        {
            return;
        }

        // Left by a saga that was lost and then cancelled, or by a store that was silent while members were taken back: nobody
        // else would end them.
        await SafelyAsync(async () =>
        {
            await settler.SettleAsync(new BatchStep(end.Batch), Token);
            await settler.SettleAsync(new BatchStep(end.Batch, IsUndo: true), Token);
            return await settler.CleanUpAsync(new BatchStep(end.Batch), Token);
        });
        if (!await batches.FinishAsync(end.Batch, end.Refusal, Token))
        {
            throw new ApplicationFailureException($"Batch {end.Batch} has members that have not ended.");
        }
    }

    [Activity]
    public Task<OrphanedGroups> FindOrphanedGroupsAsync(LoopTick tick) => orphans.FindAsync(ActivityExecutionContext.Current.TemporalClient, Token);

    private Task<BatchProgress> EachAsync(
        BatchStep step, MigrationPhase phase, Func<ObjectMover, MigrationRecord, CancellationToken, Task<bool>> act, Func<CancellationToken, Task>? note = null) =>
        AdvanceAsync(
            step,
            phase,
            async (members, token) =>
            {
                var shape = members.IsEmpty ? null : await movers.ShapeAsync(members[0], step.IsUndo, token);
                return await runner.RunAsync(members, (member, inner) => act(movers.Make(member, step.IsUndo, shape!), member, inner), token);
            },
            note);

    // Members that failed for good are given up at once; others once the phase has been tried often enough.
    private async Task<BatchProgress> AdvanceAsync(
        BatchStep step,
        MigrationPhase phase,
        Func<ImmutableArray<MigrationRecord>, CancellationToken, Task<ImmutableArray<MemberResult<bool>>>> act,
        Func<CancellationToken, Task>? note = null)
    {
        var going = (await batches.ListOpenMembersAsync(step.Batch, Token)).Where(member => IsGoing(member, step.IsUndo)).ToImmutableArray();
        await batches.EnterAsync(step.Batch, [.. going.Select(member => member.Id)], phase, Token);
        var results = await SafelyAsync(() => act(going, Token));
        if (note is not null)
        {
            await note(Token);
        }

        var failed = results.Where(result => result.Error is not null).ToArray();
        var isLast = ActivityExecutionContext.Current.Info.Attempt >= BatchStep.MaxAttempts;
        var lost = failed.Where(result => result.IsFinal || isLast).ToArray();
        await batches.NoteErrorsAsync(step.Batch, [.. failed.Select(result => (result.Member.Id, result.Error!))], Token);
        await batches.EnterAsync(step.Batch, [.. lost.Select(result => result.Member.Id)], MigrationPhase.RollingBack, Token);
        if (failed.Length > lost.Length)
        {
            throw new ApplicationFailureException(
                $"{failed.Length - lost.Length} of {going.Length} members of {step.Batch} did not get through {phase}: {failed.First(result => !result.IsFinal).Error}");
        }

        return new BatchProgress(going.Length - lost.Length, lost.Length, lost.FirstOrDefault()?.Error);
    }

    // What concerned all members at once: Npgsql's own exceptions say too much, or are not serializable as they stand.
    private static async Task<T> SafelyAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (PostgresException failure)
        {
            throw new ApplicationFailureException($"{failure.SqlState}: {failure.MessageText}", failure.SqlState);
        }
        catch (NpgsqlException failure)
        {
            throw new ApplicationFailureException(failure.Message, nameof(NpgsqlException));
        }
    }

    private static bool IsGoing(MigrationRecord member, bool isUndo) => (member.UndoEpoch != 0) == isUndo
        && (member.Phase is MigrationPhase.Preparing or MigrationPhase.Capturing or MigrationPhase.Copying or MigrationPhase.Verifying or MigrationPhase.Switching
            || (isUndo && member.Phase is MigrationPhase.Grace)
            || (!isUndo && member.Phase is MigrationPhase.AwaitingApproval));

    private async Task<string> NobodyAsync(BatchId id) =>
        $"no member could be claimed: {(await batches.ListMembersAsync(id, Token)).FirstOrDefault(member => member.Refusal is not null)?.Refusal ?? "it has none"}";

    [LoggerMessage(LogLevel.Information, "Batch {BatchId}: {Moved} moved, {RolledBack} rolled back, {Unsettled} unsettled")]
    private partial void LogSettled(string batchId, int moved, int rolledBack, int unsettled);
}
