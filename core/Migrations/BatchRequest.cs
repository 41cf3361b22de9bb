namespace Idp.Core.Migrations;

/// <summary>Asks for a group of small objects to be moved together; its members lie in the catalog.</summary>
/// <param name="Id">Chosen by whoever asks: repeating a request with the same id starts nothing new.</param>
/// <param name="RequestedBy">A person, or the evacuation that cut the batch.</param>
/// <param name="Reason">Kept with each member's migration; 1 to 500 characters.</param>
/// <param name="NeedsApproval">Whether an operator must approve before anything is touched.</param>
public sealed record BatchRequest(
    BatchId Id,
    DatasetId Dataset,
    RegionId Source,
    RegionId Target,
    string RequestedBy,
    string Reason,
    bool NeedsApproval = false)
{
    /// <summary>Most objects that travel in one saga.</summary>
    public const int MaxMembers = 100;

    public static string WorkflowIdOf(BatchId id) => $"batch/{id}";
}
