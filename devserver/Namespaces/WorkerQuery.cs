using System.Text.RegularExpressions;
using Temporalio.Api.Worker.V1;

namespace Idp.DevServer.Namespaces;

/// <summary>Conditions on workers, joined by AND and OR: <c>TaskQueue = 'orders' AND Status != 'Shutdown'</c>.</summary>
/// <remarks>As on the genuine server a condition that cannot be read matches no worker.</remarks>
internal static partial class WorkerQuery
{
    public static Func<WorkerHeartbeat, bool> Parse(string query)
    {
        if (string.IsNullOrWhiteSpace(query))
        {
            return _ => true;
        }

        // AND binds closer than OR.
        var alternatives = Or().Split(query).Select(part => And().Split(part).Select(Condition).ToArray()).ToArray();
        return alternatives.Any(conditions => conditions.Any(condition => condition is null))
            ? _ => false
            : worker => alternatives.Any(conditions => conditions.All(condition => condition!(worker)));
    }

    private static Func<WorkerHeartbeat, bool>? Condition(string text)
    {
        if (Comparison().Match(text) is not { Success: true } match || Field(match.Groups["field"].Value) is not { } field)
        {
            return null;
        }

        var value = match.Groups["value"].Value;
#pragma warning disable CA1308 // Operators are written in either case.
        return match.Groups["operator"].Value.ToLowerInvariant() switch
#pragma warning restore CA1308
        {
            "=" => worker => field(worker) == value,
            "!=" => worker => field(worker) != value,
            _ => worker => field(worker).StartsWith(value, StringComparison.Ordinal),
        };
    }

    private static Func<WorkerHeartbeat, string>? Field(string name) => name switch
    {
        "WorkerInstanceKey" => worker => worker.WorkerInstanceKey,
        "WorkerIdentity" => worker => worker.WorkerIdentity,
        "HostName" => worker => worker.HostInfo?.HostName ?? string.Empty,
        "TaskQueue" => worker => worker.TaskQueue,
        "DeploymentName" => worker => worker.DeploymentVersion?.DeploymentName ?? string.Empty,
        "BuildId" => worker => worker.DeploymentVersion?.BuildId ?? string.Empty,
        "SdkName" => worker => worker.SdkName,
        "SdkVersion" => worker => worker.SdkVersion,
        "Status" => worker => worker.Status.ToString(),
        _ => null,
    };

    // Quoted words are not operators: each separator must have an even number of quotes after it.
    [GeneratedRegex(@"\s+OR\s+(?=(?:[^']*'[^']*')*[^']*$)", RegexOptions.IgnoreCase)]
    private static partial Regex Or();

    [GeneratedRegex(@"\s+AND\s+(?=(?:[^']*'[^']*')*[^']*$)", RegexOptions.IgnoreCase)]
    private static partial Regex And();

    [GeneratedRegex("""^\s*(?<field>\w+)\s*(?<operator>!=|=|\bSTARTS_WITH\b)\s*(?:'(?<value>[^']*)'|"(?<value>[^"]*)")\s*$""", RegexOptions.IgnoreCase)]
    private static partial Regex Comparison();
}
