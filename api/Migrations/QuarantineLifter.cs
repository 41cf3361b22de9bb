using Idp.Storage;
using Idp.Workflows.Contracts;

namespace Idp.Api;

/// <summary>Ends the refusal of similar migrations early; what the API and the command line share.</summary>
public sealed class QuarantineLifter(MigrationLog migrations)
{
    private const int MaxNote = 500;

    public async Task<Answer<QuarantineRecord>> LiftAsync(long id, OperatorNote note, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(note.Operator) || note.Operator.Length > OneLine.MaxPerson || string.IsNullOrWhiteSpace(note.Note) || note.Note.Length > MaxNote)
        {
            return new Refusal(
                RefusalKind.Invalid, $"Lifting is recorded: an operator's name of 1 to {OneLine.MaxPerson} characters and a note of 1 to {MaxNote} are needed (--note WHY).");
        }

        return OneLine.CheckNote(note) is { } unreadable ? unreadable
            : await migrations.LiftQuarantineAsync(id, note.Operator, note.Note, cancellationToken) is { } lifted
            ? Answer.Of(lifted)
            : new Refusal(RefusalKind.NotFound, $"There is no quarantine {id}; 'idp migration quarantine list --all' lists them.");
    }
}
