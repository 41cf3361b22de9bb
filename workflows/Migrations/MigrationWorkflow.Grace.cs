using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Workflows.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.Workflows.Migrations;

/// <content>After the commit: grace, undo and clean-up.</content>
public sealed partial class MigrationWorkflow
{
    private const int MaxFollowSteps = 60; // A few hundred events of history, however long the grace.
    private static readonly TimeSpan MinFollowPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxFollowPeriod = TimeSpan.FromHours(6);

    private readonly CancellationTokenSource _reverted = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken.None);

    // Keeps the old copy current by short steps, each a sixtieth of the grace apart: a long activity would hold a mover's place
    // all the time. While an operator holds the saga grace lasts on, with steps ever further apart, so that history stays small.
    // An undo is the same attempt backwards; one that fails leaves the object where it is.
    private async Task GraceAsync(TimeSpan grace)
    {
        var follow = Enter(MigrationPhase.Grace, isUndo: false);
        var until = Workflow.UtcNow + grace;
        var between = grace / MaxFollowSteps > MinFollowPeriod ? grace / MaxFollowSteps : MinFollowPeriod;
        while (_revert is null && (Status.IsPaused || Workflow.UtcNow < until))
        {
            await FollowAsync(follow);
            await NoteHoldAsync();
            var left = until - Workflow.UtcNow;
            if (left <= TimeSpan.Zero)
            {
                left = between;
                between = between * 2 < MaxFollowPeriod ? between * 2 : MaxFollowPeriod;
            }

            await Workflow.WaitConditionAsync(
                () => _revert is not null || Status.IsPaused != _isHeld, left < between ? left : between, CancellationToken.None);
        }

        await NoteHoldAsync();
        if (_revert is null)
        {
            return;
        }

        // A cancellation of the move came too late for it, and says nothing about the undo.
        _cancelled = Workflow.CancellationToken.IsCancellationRequested
            ? new CancellationTokenSource()
            : CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
        await UntilDoneAsync(a => a.ReserveUndoAsync(Step(isUndo: true)), "reserve the undo's epoch");
        await EndUndoAsync(await AttemptAsync(isUndo: true));
    }

    private async Task FollowAsync(MoveStep follow)
    {
        try
        {
            await BulkAsync(a => a.FollowAsync(follow), "keep the old copy current", _reverted.Token);
        }
        catch (Exception failure) when (TemporalException.IsCanceledException(failure))
        {
            // A revert does not wait for a store that is slow to answer.
        }
        catch (ActivityFailureException failure)
        {
            // A reverse stream that stands still only means that an undo has more to drain.
            var known = StepFailure.Of(failure);
            Status = Status with { LastError = known.Error, Remedy = known.RemedyOf(_request.Id) };
        }
    }

    private async Task EndUndoAsync(MoveOutcome outcome)
    {
        if (outcome is MoveOutcome.Moved)
        {
            await UntilDoneAsync(a => a.OpenAsync(Step(isUndo: true)), "open the former owner, publish the route");
            Status = Status with { IsReverted = true };
        }
        else
        {
            await UntilDoneAsync(a => a.UndoAsync(Step(isUndo: true)), "leave the object where it is");
        }
    }

    // A pause stops it between two batches; what is deleted stays deleted, and grace is over.
    private async Task CleanUpAsync()
    {
        while (true)
        {
            await HoldAsync(CancellationToken.None);
            var running = _running = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken.None);
            try
            {
                var cleanUp = Enter(MigrationPhase.CleaningUp, Status.IsReverted);
                await Workflow.ExecuteActivityAsync(
                    (IMigrationActivities a) => a.CleanUpAsync(cleanUp), ActivityProfile.CleanUp("delete the old copy", running.Token));
                return;
            }
            catch (Exception stopped) when (TemporalException.IsCanceledException(stopped) && running.IsCancellationRequested)
            {
                // Held before it goes on.
            }
            finally
            {
                _running = null;
            }
        }
    }
}
