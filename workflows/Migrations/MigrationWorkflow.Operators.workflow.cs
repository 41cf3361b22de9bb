using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.Workflows.Migrations;

/// <content>What operators can do: each as an update, whose refusal is answered at once, and as a signal, whose refusal is noted.</content>
public sealed partial class MigrationWorkflow
{
    private OperatorNote? _rejection;
    private OperatorNote? _revert;

    [WorkflowUpdate("Approve")]
    public Task<MigrationStatus> ApproveUpdateAsync(OperatorNote note) => DoAsync(Approve, note);

    [WorkflowUpdate("Reject")]
    public Task<MigrationStatus> RejectUpdateAsync(OperatorNote note) => DoAsync(Reject, note);

    [WorkflowUpdate("Pause")]
    public Task<MigrationStatus> PauseUpdateAsync(OperatorNote note) => DoAsync(Pause, note);

    [WorkflowUpdate("Resume")]
    public Task<MigrationStatus> ResumeUpdateAsync(OperatorNote note) => DoAsync(Resume, note);

    [WorkflowUpdate("Cancel")]
    public Task<MigrationStatus> CancelUpdateAsync(OperatorNote note) => DoAsync(Cancel, note);

    [WorkflowUpdate("Revert")]
    public Task<MigrationStatus> RevertUpdateAsync(OperatorNote note) => DoAsync(Revert, note);

    [WorkflowSignal("Approve")]
    public Task ApproveAsync(OperatorNote note) => TryAsync(MayApprove, Approve, note);

    [WorkflowSignal("Reject")]
    public Task RejectAsync(OperatorNote note) => TryAsync(MayApprove, Reject, note);

    [WorkflowSignal("Pause")]
    public Task PauseAsync(OperatorNote note) => TryAsync(MayPause, Pause, note);

    [WorkflowSignal("Resume")]
    public Task ResumeAsync(OperatorNote note) => TryAsync(MayResume, Resume, note);

    [WorkflowSignal("Cancel")]
    public Task CancelAsync(OperatorNote note) => TryAsync(MayCancel, Cancel, note);

    [WorkflowSignal("Revert")]
    public Task RevertAsync(OperatorNote note) => TryAsync(MayRevert, Revert, note);

    [WorkflowUpdateValidator(nameof(ApproveUpdateAsync))]
    public void ValidateApprove(OperatorNote note) => Demand(MayApprove(note));

    [WorkflowUpdateValidator(nameof(RejectUpdateAsync))]
    public void ValidateReject(OperatorNote note) => Demand(MayApprove(note));

    [WorkflowUpdateValidator(nameof(PauseUpdateAsync))]
    public void ValidatePause(OperatorNote note) => Demand(MayPause(note));

    [WorkflowUpdateValidator(nameof(ResumeUpdateAsync))]
    public void ValidateResume(OperatorNote note) => Demand(MayResume(note));

    [WorkflowUpdateValidator(nameof(CancelUpdateAsync))]
    public void ValidateCancel(OperatorNote note) => Demand(MayCancel(note));

    [WorkflowUpdateValidator(nameof(RevertUpdateAsync))]
    public void ValidateRevert(OperatorNote note) => Demand(MayRevert(note));

    // Each answers null, or why not.
    private string? MayApprove(OperatorNote note) =>
        Named(note) ?? (Status.Phase is MigrationPhase.AwaitingApproval && Status.Approval is null && _rejection is null
            ? null
            : $"{Status.Id} does not wait for approval: it is in phase {Status.Phase}{(Status.Approval is { } earlier ? $", approved by {earlier.Operator}" : string.Empty)}");

    private string? MayPause(OperatorNote note) =>
        Named(note) ?? (Status.IsPaused ? $"{Status.Id} is paused already; 'resume' lets it go on"
            : MayBeHeld ? null
            : $"{Status.Id} cannot be paused in phase {Status.Phase}; {WhatIsPossible}");

    private string? MayResume(OperatorNote note) =>
        Named(note) ?? (Status.IsPaused || Status.Phase is MigrationPhase.Parked ? null : $"{Status.Id} is not paused; {WhatIsPossible}");

    private string? MayCancel(OperatorNote note) =>
        Named(note) ?? (IsUndecided && _cancelled.IsCancellationRequested ? $"{Status.Id} is being cancelled already"
            : IsUndecided ? null
            : $"{Status.Id} cannot be cancelled in phase {Status.Phase}; {WhatIsPossible}");

    private string? MayRevert(OperatorNote note) =>
        Named(note) ?? (Status.Phase is MigrationPhase.Grace && _revert is null
            ? null
            : $"{Status.Id} can be reverted only during its grace period: it is in phase {Status.Phase}; {WhatIsPossible}");

    private bool IsUndecided => Status.Phase is MigrationPhase.AwaitingApproval or MigrationPhase.Preparing or MigrationPhase.Capturing
        or MigrationPhase.Copying or MigrationPhase.Verifying or MigrationPhase.Switching or MigrationPhase.Parked;

    private bool MayBeHeld => (IsUndecided && Status.Phase is not MigrationPhase.Parked) || Status.Phase is MigrationPhase.Grace or MigrationPhase.CleaningUp;

    // A refusal says what can be done instead.
    private string WhatIsPossible => Status.Phase switch
    {
        MigrationPhase.AwaitingApproval => "approve, reject or cancel it",
        MigrationPhase.Parked => "resume it, which tries again, or cancel it",
        MigrationPhase.Grace when _revert is null => "revert it instead, or pause it, which keeps the old copy",
        MigrationPhase.Grace => "it is being reverted already",
        MigrationPhase.CleaningUp => $"the old copy is being deleted: pause it, or move the object back with 'idp migrate {_request.Object} --to {Status.Source}' afterwards",
        MigrationPhase.RollingBack => "it is being rolled back, which nothing stops",
        MigrationPhase.Done or MigrationPhase.RolledBack or MigrationPhase.Failed => "it has ended",
        _ => Status.IsPaused ? "resume or cancel it" : "pause or cancel it",
    };

    private void Approve(OperatorNote note) => Status = Status with { Approval = note };

    private void Reject(OperatorNote note) => _rejection = note;

    // What runs now and grows with the object is stopped; its checkpoints stay.
    private void Pause(OperatorNote note)
    {
        Status = Status with { IsPaused = true };
        _running?.Cancel();
    }

    // A parked saga tries the step again that failed.
    private void Resume(OperatorNote note) => Status = Status with
    {
        IsPaused = false,
        Phase = Status is { Phase: MigrationPhase.Parked, FailedIn: { } failed } ? failed : Status.Phase,
    };

    private void Cancel(OperatorNote note) => _cancelled.Cancel();

    // Whoever wants it back does not want it held.
    private void Revert(OperatorNote note)
    {
        _revert = note;
        Status = Status with { IsPaused = false };
        _reverted.Cancel();
    }

    /// <returns>Null when approved, else why nothing may happen.</returns>
    private async Task<string?> RefusedByOperatorAsync(TimeSpan timeout)
    {
        var wait = Enter(MigrationPhase.AwaitingApproval, isUndo: false);
        await UntilDoneAsync(a => a.NoteAsync(wait), "note: AwaitingApproval");
        try
        {
            await Workflow.WaitConditionAsync(() => Status.Approval is not null || _rejection is not null, timeout, _cancelled.Token);
        }
        catch (Exception failure) when (TemporalException.IsCanceledException(failure))
        {
            return "cancelled before approval";
        }

        return Status.Approval is not null ? null
            : _rejection is { } rejection ? $"rejected by {rejection.Operator}: {rejection.Note}"
            : $"not approved within {timeout}";
    }

    private Task<MigrationStatus> DoAsync(Action<OperatorNote> act, OperatorNote note)
    {
        act(note);
        Status = Status with { LastNote = note };
        return Task.FromResult(Status);
    }

    private Task TryAsync(Func<OperatorNote, string?> may, Action<OperatorNote> act, OperatorNote? note)
    {
        if (may(note!) is { } refusal)
        {
            Status = Status with { LastNote = new OperatorNote(note?.Operator ?? string.Empty, $"ignored: {refusal}") };
            return Task.CompletedTask;
        }

        return DoAsync(act, note!);
    }

    // Guards what comes over the wire: a note may be missing, and a handler that throws would stall the workflow.
    private static string? Named(OperatorNote? note) =>
        string.IsNullOrWhiteSpace(note?.Operator) || note.Operator.Length > 200 ? "an operator's name of 1 to 200 characters is needed"
        : note.Note is not { Length: <= 500 } ? "a note has at most 500 characters"
        : null;

    private static void Demand(string? refusal)
    {
        if (refusal is not null)
        {
            throw new ApplicationFailureException(refusal, Failures.Refused, nonRetryable: true);
        }
    }
}
