using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Visibility.Conditions;

/// <summary>How queries and counts write a run's status.</summary>
internal static class StatusName
{
    private const string ProtocolPrefix = "WORKFLOW_EXECUTION_STATUS_";

    /// <returns>Null when there is no such status. <c>Running</c> and the protocol's own name are known; letters' case counts.</returns>
    public static WorkflowExecutionStatus? Parse(string name) =>
        Enum.GetValues<WorkflowExecutionStatus>()
            .Cast<WorkflowExecutionStatus?>()
            .FirstOrDefault(status => status.ToString() == name || ProtocolName(status!.Value) == name);

    private static string ProtocolName(WorkflowExecutionStatus status) =>
        ProtocolPrefix + string.Concat(status.ToString().Select((letter, at) => at > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));
}
