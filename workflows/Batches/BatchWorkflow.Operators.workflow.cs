using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.Workflows.Batches;

/// <content>What operators can do: each as an update, whose refusal is answered at once, and as a signal, whose refusal is noted.</content>
public sealed partial class BatchWorkflow
{
    private readonly HashSet<int> _toRevert = [];
    private OperatorNote? _rejection;

    [WorkflowUpdate("Approve")]
    public Task<BatchStatus> ApproveUpdateAsync(OperatorNote note) => DoAsync(Approve, note);

    [WorkflowUpdate("Reject")]
    public Task<BatchStatus> RejectUpdateAsync(OperatorNote note) => DoAsync(Reject, note);

    [WorkflowUpdate("Pause")]
    public Task<BatchStatus> PauseUpdateAsync(OperatorNote note) => DoAsync(Pause, note);

    [WorkflowUpdate("Resume")]
    public Task<BatchStatus> ResumeUpdateAsync(OperatorNote note) => DoAsync(Resume, note);

    [WorkflowUpdate("Cancel")]
    public Task<BatchStatus> CancelUpdateAsync(OperatorNote note) => DoAsync(Cancel, note);

    /// <summary>Takes back every member that is in grace.</summary>
    [WorkflowUpdate("Revert")]
    public Task<BatchStatus> RevertUpdateAsync(OperatorNote note) => DoAsync(Revert, note);

    /// <summary>Takes one member back.</summary>
    [WorkflowUpdate("RevertMember")]
    public Task<BatchStatus> RevertMemberUpdateAsync(MemberNote note)
    {
        _toRevert.Add(OrdinalOf(note)!.Value);
        Status = Status with { LastNote = new OperatorNote(note.Operator, note.Note) };
        return Task.FromResult(Status);
    }

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

    [WorkflowUpdateValidator(nameof(RevertMemberUpdateAsync))]
    public void ValidateRevertMember(MemberNote note) => Demand(MayRevertMember(note));

    private bool IsBeforeCommit => Status.Phase is MigrationPhase.AwaitingApproval or MigrationPhase.Preparing
        or MigrationPhase.Capturing or MigrationPhase.Copying or MigrationPhase.Verifying or MigrationPhase.Switching;

    private string? MayApprove(OperatorNote note) =>
        Named(note) ?? (Status.Phase is MigrationPhase.AwaitingApproval && Status.Approval is null && _rejection is null
            ? null
            : $"{Status.Id} does not wait for approval: it is in phase {Status.Phase}");

    private string? MayPause(OperatorNote note) =>
        Named(note) ?? (Status.IsPaused ? $"{Status.Id} is paused already" : IsBeforeCommit ? null : $"{Status.Id} cannot be paused in phase {Status.Phase}");

    private string? MayResume(OperatorNote note) => Named(note) ?? (Status.IsPaused ? null : $"{Status.Id} is not paused");

    private string? MayCancel(OperatorNote note) =>
        Named(note) ?? (_cancelled.IsCancellationRequested ? $"{Status.Id} is being cancelled already"
            : IsBeforeCommit ? null
            : $"{Status.Id} cannot be cancelled in phase {Status.Phase}{(Status.Phase is MigrationPhase.Grace ? "; revert it instead" : string.Empty)}");

    private string? MayRevert(OperatorNote note) =>
        Named(note) ?? (Status.Phase is not MigrationPhase.Grace ? $"{Status.Id} can be reverted only during its grace period: it is in phase {Status.Phase}"
            : _moved.IsSubsetOf(_toRevert) ? $"no member of {Status.Id} is left to take back"
            : null);

    private string? MayRevertMember(MemberNote? note) =>
        Named(note is null ? null : new OperatorNote(note.Operator, note.Note))
        ?? (Status.Phase is not MigrationPhase.Grace ? $"{note!.Migration} can be reverted only during its grace period: {Status.Id} is in phase {Status.Phase}"
            : OrdinalOf(note!) is not { } ordinal ? $"{note!.Migration} is not in grace; 'idp batch status {Status.Id}' shows what became of it"
            : _toRevert.Contains(ordinal) ? $"{note!.Migration} is being taken back already"
            : null);

    private int? OrdinalOf(MemberNote note) => _moved.Where(ordinal => _request.Id.Member(ordinal) == note.Migration).Cast<int?>().SingleOrDefault();

    private void Approve(OperatorNote note) => Status = Status with { Approval = note };

    private void Reject(OperatorNote note) => _rejection = note;

    private void Pause(OperatorNote note) => Status = Status with { IsPaused = true };

    private void Resume(OperatorNote note) => Status = Status with { IsPaused = false };

    private void Cancel(OperatorNote note) => _cancelled.Cancel();

    private void Revert(OperatorNote note) => _toRevert.UnionWith(_moved);

    /// <returns>Null when approved, else why nothing may happen.</returns>
    private async Task<string?> RefusedByOperatorAsync(TimeSpan timeout)
    {
        Enter(MigrationPhase.AwaitingApproval);
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

    private Task<BatchStatus> DoAsync(Action<OperatorNote> act, OperatorNote note)
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
