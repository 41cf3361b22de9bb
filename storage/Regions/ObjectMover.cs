using System.Security.Cryptography;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Core.Movement;
using Npgsql;

namespace Idp.Storage.Regions;

/// <summary>The steps of one attempt to move one object, each safe to repeat at any time, by anybody (MOVEMENT.md).</summary>
/// <remarks>For an undo, source and target are the present owner and the old copy: the same steps, backwards.</remarks>
public sealed class ObjectMover(
    RegionStore source, RegionStore target, AdoptedDataset dataset, ObjectId id, MoveAttempt attempt, MoverOptions options, TimeProvider clock, Random random)
{
    private const int DrainTries = 3;

    private readonly ObjectCopier _copier = new(
        source, target, dataset, id, attempt, row => OwnershipTransitions.MayImport(row, attempt.Epoch), options, clock);

    /// <summary>Starts the attempt: at the source first, so that no write can fall between the copy and the log.</summary>
    /// <exception cref="MoveRefusedException">A store does not agree; the reason says why.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Demand(await source.StartSourceAsync(id, dataset, attempt, cancellationToken), source);
        if (attempt.Kind is MoveKind.Undo)
        {
            await target.CheckShapeAsync(id, dataset, attempt.UndoOf, cancellationToken);
        }

        Demand(await target.StartTargetAsync(id, dataset, attempt, cancellationToken), target);
    }

    /// <summary>Copies what is not copied yet, and drains what changed meanwhile.</summary>
    /// <param name="onProgress">Called after each step that landed.</param>
    public Task<CopyReport> CopyAsync(Action<CopyProgress> onProgress, CancellationToken cancellationToken) =>
        ExplainingAsync(() => CopyAllAsync(onProgress, cancellationToken), cancellationToken);

    private async Task<CopyReport> CopyAllAsync(Action<CopyProgress> onProgress, CancellationToken cancellationToken)
    {
        await source.CheckShapeAsync(id, dataset, attempt.Epoch, cancellationToken);
        var meter = new CopyMeter(clock);
        while (true)
        {
            var report = await _copier.StepAndPruneAsync(cancellationToken);
            if (!report.HasLanded)
            {
                continue;
            }

            if (!report.IsCopied && !meter.HasEstimate)
            {
                meter.Estimate(await _copier.EstimateRowsAsync(cancellationToken));
            }

            onProgress(meter.Add(report, source.Throttle.HeldBackBy));
            if (report.IsCopied)
            {
                return report;
            }
        }
    }

    /// <summary>Compares both copies, part by part, each at one snapshot; what differs is located and written again, once.</summary>
    /// <remarks>Goes on where an earlier call stopped. Keys that change after their part was compared are compared as they are drained.</remarks>
    /// <exception cref="MoveVerificationException">They still differ, or too much differs; the message names keys.</exception>
    public Task<VerificationReport> VerifyAsync(CancellationToken cancellationToken) =>
        ExplainingAsync(() => CompareAsync(cancellationToken), cancellationToken);

    private async Task<VerificationReport> CompareAsync(CancellationToken cancellationToken)
    {
        VerificationState? state = null;
        while (state is not { IsDone: true })
        {
            state = await _copier.VerifyStepAsync(state, clock, cancellationToken);
        }

        return state.Report(dataset, clock);
    }

    /// <summary>Freezes, drains to empty, and commits: the one point after which the object belongs to the target.</summary>
    /// <returns>How long clients could not write, as this mover saw it.</returns>
    /// <exception cref="MoveRefusedException">The attempt was voided, or clients kept the object busy; resolve tells the outcome.</exception>
    public Task<TimeSpan> SwitchAsync(CancellationToken cancellationToken) =>
        ExplainingAsync(() => SwitchInTriesAsync(cancellationToken), cancellationToken);

    private async Task<TimeSpan> SwitchInTriesAsync(CancellationToken cancellationToken)
    {
        var lockLimit = options.FirstLockLimit;
        for (var tries = 1; ; tries++)
        {
            // What can be drained before the freeze need not be drained inside it.
            await _copier.StepAsync(cancellationToken);
            var (refusal, frozen) = await TrySwitchAsync(lockLimit, cancellationToken);
            if (refusal is null)
            {
                return frozen;
            }

            if (tries >= options.FreezeAttempts)
            {
                throw new MoveRefusedException($"{id} could not be frozen and drained in {tries} tries: {refusal}");
            }

            lockLimit = TimeSpan.FromTicks(Math.Min(lockLimit.Ticks * 2, options.MaxLockLimit.Ticks));
            await Task.Delay(lockLimit * random.NextDouble(), clock, cancellationToken);
        }
    }

    /// <summary>How the attempt ended, read at its source; voided for good when it had not.</summary>
    public Task<MoveOutcome> ResolveAsync(CancellationToken cancellationToken) => source.ResolveAsync(id, attempt, cancellationToken);

    /// <summary>After a void: the source as it was, the target without the object's rows.</summary>
    public async Task UndoAsync(CancellationToken cancellationToken)
    {
        await source.UnsubscribeAsync(id, attempt, cancellationToken);
        await target.UndoTargetAsync(id, dataset, attempt, cancellationToken);
    }

    /// <summary>After the commit: opens the target, if no client has done so already.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken) =>
        Demand(await target.OpenAsync(id, attempt, cancellationToken), target);

    /// <summary>During grace: brings the old copy up to the owner, so that an undo takes milliseconds.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        var back = new ObjectCopier(
            target,
            source,
            dataset,
            id,
            new MoveAttempt(0, MoveKind.Undo, attempt.Epoch),
            row => OwnershipTransitions.MayFollow(row, attempt.Epoch),
            options,
            clock);
        await back.StepAndPruneAsync(cancellationToken);
    }

    /// <summary>Ends grace and deletes the old copy; the order matters (MOVEMENT.md, step 8).</summary>
    public async Task CleanUpAsync(Action<long> onDeleted, CancellationToken cancellationToken)
    {
        await source.EndGraceAsync(id, attempt.Epoch, cancellationToken);
        await target.DropReverseAsync(id, attempt.Epoch, cancellationToken);
        long deleted;
        do
        {
            deleted = await source.DeleteOldRowsAsync(id, dataset, attempt.Epoch, options.DeleteBatchRows, cancellationToken);
            onDeleted(deleted);
        }
        while (deleted >= options.DeleteBatchRows); // Fewer were all: nothing is written to a tombstone.
    }

    // An owner's schema change breaks our statements: then that is the reason, not the statement.
    private async Task<T> ExplainingAsync<T>(Func<Task<T>> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step();
        }
        catch (PostgresException failure)
        {
            await source.ExplainAsync(dataset, failure, cancellationToken);
            await target.ExplainAsync(dataset, failure, cancellationToken);
            throw;
        }
    }

    private async Task<(string? Refusal, TimeSpan Frozen)> TrySwitchAsync(TimeSpan lockLimit, CancellationToken cancellationToken)
    {
        // Fresh for each freeze: a commit request of an earlier one can then never match.
        var nonce = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) | 1;
        await target.CheckFingerprintAsync(dataset, cancellationToken);
        Transition committed;
        TimeSpan frozen;
        await using (var session = await SwitchSession.OpenAsync(source, dataset, id, attempt, clock, cancellationToken))
        {
            var follower = new SequenceFollower(target, dataset);
            await follower.FollowAsync(session.Sequences, cancellationToken);
            var started = clock.GetTimestamp();
            try
            {
                Demand(await session.FreezeAsync(nonce, options.FreezeLimit, lockLimit, cancellationToken), source);
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                return ($"transactions in flight held it for {lockLimit.TotalMilliseconds:F0} ms", default);
            }

            // What was drawn since is little, and drawn while the log is drained.
            await Task.WhenAll(DrainAsync(cancellationToken), follower.FollowAsync(session.Sequences, cancellationToken));
            committed = await session.CommitAsync(nonce, target.Region, await _copier.ReadDrainedAsync(cancellationToken), cancellationToken);
            frozen = clock.GetElapsedTime(started);
        }

        if (!committed.IsAccepted)
        {
            // Freezing again keeps the old limit; once that has passed, only a thaw lets a later freeze succeed. While it is
            // frozen no transaction holds the object, so this waits for none.
            await source.ThawAsync(id, cancellationToken);
        }

        return (committed.Refusal, frozen);
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; tries <= DrainTries; tries++)
        {
            if ((await _copier.StepAsync(cancellationToken)).HasLanded)
            {
                break;
            }
        }
    }

    private static void Demand(Transition transition, RegionStore store)
    {
        if (!transition.IsAccepted)
        {
            throw new MoveRefusedException($"{store.Region}: {transition.Refusal} (state {transition.Row.State}, epoch {transition.Row.OwnerEpoch}, attempts up to {transition.Row.AttemptEpoch})");
        }
    }
}
