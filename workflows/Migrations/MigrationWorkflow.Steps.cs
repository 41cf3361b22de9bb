using System.Linq.Expressions;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.Workflows.Migrations;

/// <content>One step: it waits while an operator holds the saga, needs a slot, is tried three times, and then parks.</content>
public sealed partial class MigrationWorkflow
{
    private CancellationTokenSource? _running;
    private bool _hasSlot;
    private bool _isHeld;
    private MigrationPhase _shown = MigrationPhase.Preparing; // As the saga was started with.

    // Goes on where the stores' own checkpoints are, after a pause as well as after a resume.
    private async Task StepAsync(MigrationPhase phase, bool isUndo, Func<MoveStep, CancellationToken, Task> act)
    {
        while (true)
        {
            await PassAsync(phase, isUndo);
            var running = NewRun(StopsForPause(phase));
            try
            {
                await act(Enter(phase, isUndo), running.Token);
                return;
            }
            catch (Exception stopped) when (IsStoppedByPause(stopped, running))
            {
                // Held before it goes on.
            }
            catch (ActivityFailureException failure) when (MayPark(failure))
            {
                if (!await ParkAsync(phase, isUndo, failure))
                {
                    throw;
                }
            }
            finally
            {
                _running = null;
            }
        }
    }

    private bool MayPark(ActivityFailureException failure) =>
        StepFailure.Of(failure).MayBeTriedAgain && !_cancelled.IsCancellationRequested && _parkTimeout > TimeSpan.Zero;

    // Short steps end by themselves within seconds; stopping a switch half-way would only cost clients a freeze.
    private static bool StopsForPause(MigrationPhase phase) => phase is MigrationPhase.Copying or MigrationPhase.Verifying;

    private CancellationTokenSource NewRun(bool stopsForPause)
    {
        var running = CancellationTokenSource.CreateLinkedTokenSource(_cancelled.Token);
        _running = stopsForPause ? running : null;
        return running;
    }

    private bool IsStoppedByPause(Exception stopped, CancellationTokenSource running) =>
        TemporalException.IsCanceledException(stopped) && running.IsCancellationRequested && !_cancelled.IsCancellationRequested;

    // An undo needs no slot: nearly nothing is left to copy, and somebody waits for it.
    private async Task PassAsync(MigrationPhase phase, bool isUndo)
    {
        while (Status.IsPaused || _isHeld || !(isUndo || _hasSlot))
        {
            _cancelled.Token.ThrowIfCancellationRequested();
            if (Status.IsPaused || _isHeld)
            {
                await HoldAsync(_cancelled.Token);
            }
            else
            {
                await ClaimAsync(phase is MigrationPhase.Preparing ? Enter(phase, isUndo) : Step(isUndo));
            }
        }

        _cancelled.Token.ThrowIfCancellationRequested();
    }

    private async Task ClaimAsync(MoveStep step)
    {
        var running = NewRun(stopsForPause: true);
        try
        {
            await Workflow.ExecuteActivityAsync(
                (IMigrationActivities a) => a.ClaimSlotAsync(step), ActivityProfile.Queued("wait for a slot", running.Token));
            _hasSlot = true;
        }
        catch (Exception stopped) when (IsStoppedByPause(stopped, running))
        {
            // Its place in the queue is by age, so it loses nothing.
        }
        finally
        {
            _running = null;
        }
    }

    // Keeps the catalog at what operators were told, and waits while they hold the saga.
    private async Task HoldAsync(CancellationToken cancellationToken)
    {
        await NoteHoldAsync();
        await Workflow.WaitConditionAsync(() => !Status.IsPaused, cancellationToken);
        await NoteHoldAsync();
    }

    private async Task NoteHoldAsync()
    {
        if (_isHeld == Status.IsPaused)
        {
            return;
        }

        _isHeld = Status.IsPaused;
        _hasSlot &= !_isHeld;
        var hold = new HoldStep(_request.Id, _isHeld, _isHeld ? $"an operator: paused{(Status.LastNote is { } note ? $" by {note.Operator}" : string.Empty)}" : null);
        await UntilDoneAsync(a => a.HoldAsync(hold), _isHeld ? "held by an operator" : "let go by an operator");
    }

    /// <returns>Whether an operator wants the step tried again; false when the deadline has come.</returns>
    private async Task<bool> ParkAsync(MigrationPhase phase, bool isUndo, ActivityFailureException failure)
    {
        var known = StepFailure.Of(failure);
        var until = Workflow.UtcNow + _parkTimeout;
        Status = Status with { LastError = known.Error, Remedy = known.RemedyOf(_request.Id), FailedIn = phase, ParkedUntil = until };
        Enter(MigrationPhase.Parked, isUndo);
        var park = new ParkStep(_request.Id, phase, known.Error, known.RemedyOf(_request.Id), until);
        await UntilDoneAsync(a => a.ParkAsync(park), "park, alert operators");
        _hasSlot = false;
        var left = until - Workflow.UtcNow; // Less than nothing would mean for ever.
        if (!await Workflow.WaitConditionAsync(() => Status.Phase is not MigrationPhase.Parked, left > TimeSpan.Zero ? left : TimeSpan.Zero, _cancelled.Token))
        {
            return false;
        }

        Status = Status with { FailedIn = null, ParkedUntil = null };
        return true;
    }

    private MoveStep Enter(MigrationPhase phase, bool isUndo)
    {
        Status = Status with { Phase = phase };
        Status = Status with { IsPaused = Status.IsPaused && MayBeHeld };
        if (_shown != phase)
        {
            _shown = phase;
            Workflow.UpsertTypedSearchAttributes(IdpSearchAttributes.Phase.ValueSet(phase.ToString()));
        }

        Workflow.CurrentDetails = $"{phase}: {_request.Object} from {Status.Source} to {_request.Target}. {_request.Reason}";
        return Step(isUndo) with { Entered = phase, Error = Status.LastError };
    }

    private MoveStep Step(bool isUndo) => new(_request.Id, isUndo);

    private static Task QuickAsync(Expression<Func<IMigrationActivities, Task>> call, string summary, CancellationToken cancellationToken) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.Quick(summary, cancellationToken));

    private static Task<T> QuickAsync<T>(Expression<Func<IMigrationActivities, Task<T>>> call, string summary, CancellationToken cancellationToken) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.Quick(summary, cancellationToken));

    private static Task BulkAsync(Expression<Func<IMigrationActivities, Task>> call, string summary, CancellationToken cancellationToken) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.Bulk(summary, cancellationToken));

    private static Task<T> BulkAsync<T>(Expression<Func<IMigrationActivities, Task<T>>> call, string summary, CancellationToken cancellationToken) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.Bulk(summary, cancellationToken));

    private static Task UntilDoneAsync(Expression<Func<IMigrationActivities, Task>> call, string summary) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.UntilDone(summary));

    private static Task<T> UntilDoneAsync<T>(Expression<Func<IMigrationActivities, Task<T>>> call, string summary) =>
        Workflow.ExecuteActivityAsync(call, ActivityProfile.UntilDone(summary));
}
