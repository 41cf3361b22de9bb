using System.Globalization;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Temporalio.Client;

namespace Idp.Api;

/// <summary>What operators see of a batch, and do to it or to one of its members.</summary>
public sealed class BatchOperator(ITemporalClient temporal, BatchLog batches, TemporalLinks links)
{
    public async Task<Answer<BatchRecord>> FindAsync(string id, CancellationToken cancellationToken) =>
        !BatchId.TryParse(id, CultureInfo.InvariantCulture, out var batch) ? new Refusal(RefusalKind.Invalid, $"'{id}' is not a batch (b-…).")
        : await batches.FindAsync(batch, cancellationToken) is { } found ? Answer.Of(found)
        : new Refusal(RefusalKind.NotFound, $"There is no batch {batch}; 'idp get batches' lists them.");

    /// <summary>Everything that is known of one batch, from the catalog and from its saga.</summary>
    public async Task<BatchView> ReadAsync(BatchRecord batch, CancellationToken cancellationToken) => new(
        batch,
        await batches.ListMembersAsync(batch.Id, cancellationToken),
        batch.FinishedAt is null ? await SagaCalls.StatusAsync<BatchStatus>(Saga(batch.Id), cancellationToken) : null,
        links.Of(BatchRequest.WorkflowIdOf(batch.Id)));

    /// <summary>Acts on all members; the workflow's validator decides whether it may.</summary>
    public Task<Answer<BatchStatus>> ActAsync(BatchRecord batch, MigrationAction action, OperatorNote note, CancellationToken cancellationToken) =>
        OneLine.CheckNote(note) is { } unreadable
            ? Task.FromResult<Answer<BatchStatus>>(unreadable)
        : batch.FinishedAt is not null
            ? Task.FromResult<Answer<BatchStatus>>(new Refusal(RefusalKind.Conflict, $"{batch.Id} has ended; nothing can be done to it any more."))
        : SagaCalls.UpdateAsync<BatchStatus>(Saga(batch.Id), action.ToString(), note, batch.Id.Value, cancellationToken);

    /// <summary>Acts on one member: it can be taken back alone; all else concerns its batch.</summary>
    public async Task<Answer<MigrationStatus>> ActAsync(
        MigrationRecord member, BatchId batch, MigrationAction action, OperatorNote note, CancellationToken cancellationToken)
    {
        if (action is not MigrationAction.Revert)
        {
            var verb = action.ToString().ToLowerInvariant();
            return new Refusal(RefusalKind.Conflict, $"{member.Id} travels in batch {batch}; act on the batch: idp batch {verb} {batch}.");
        }

        var answer = await SagaCalls.UpdateAsync<BatchStatus>(
            Saga(batch), "RevertMember", new MemberNote(member.Id, note.Operator, note.Note), member.Id.Value, cancellationToken);
        return answer.IsGiven
            ? Answer.Of(new MigrationStatus(member.Id, member.Object, member.Source, member.Target, answer.Value.Phase, LastNote: note))
            : Answer<MigrationStatus>.FromRefusal(answer.Refusal);
    }

    private WorkflowHandle Saga(BatchId id) => temporal.GetWorkflowHandle(BatchRequest.WorkflowIdOf(id));
}
