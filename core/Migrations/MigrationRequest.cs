namespace Idp.Core.Migrations;

/// <summary>Asks for one object to be moved.</summary>
/// <param name="Id">Chosen by whoever asks: repeating a request with the same id starts nothing new.</param>
/// <param name="RequestedBy">A person, or <c>loop/urgent</c> and the like.</param>
/// <param name="Reason">Kept with the migration and shown to operators; 1 to 500 characters.</param>
/// <param name="DecisionId">The decision that asked; <see langword="null"/> when a person did.</param>
/// <param name="NeedsApproval">Whether an operator must approve before anything is touched.</param>
/// <param name="Priority">From 1, the most urgent, to 5: who goes first when slots are short. It never interrupts another.</param>
public sealed record MigrationRequest(
    MigrationId Id,
    ObjectId Object,
    RegionId Target,
    string RequestedBy,
    string Reason,
    long? DecisionId = null,
    bool NeedsApproval = false,
    int Priority = MigrationRequest.DefaultPriority)
{
    public const int MostUrgent = 1;
    public const int LeastUrgent = 5;
    public const int DefaultPriority = 3;

    /// <summary>The workflow that carries it: one open change per object, of any kind.</summary>
    public static string WorkflowIdOf(ObjectId id) => $"change/{id}";
}
