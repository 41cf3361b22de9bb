using System.Globalization;
using Google.Protobuf.Collections;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.DevServer.Tests.Visibility;

/// <summary>Puts every question to a server and writes its answers as lines of text.</summary>
internal static class VisibilityAnswers
{
    public static async Task<IReadOnlyList<string>> OfAsync(VisibilityWorld world, Func<string, string, Task<string>> ask)
    {
        var answers = new List<string>();
        foreach (var question in VisibilityWorld.Questions)
        {
            var parts = question.Split('|', 2);
            answers.Add($"{question} -> {world.Anonymous(await ask(parts[0], world.Resolve(parts[1])))}");
        }

        return answers;
    }

    public static async Task<string> AskAsync(ITemporalClient client, VisibilityWorld world, string kind, string query)
    {
        try
        {
            var name = client.Options.Namespace;
            return kind == "list"
                ? Listed(world, (await client.WorkflowService.ListWorkflowExecutionsAsync(new() { Namespace = name, Query = query })).Executions)
                : Counted(await client.WorkflowService.CountWorkflowExecutionsAsync(new() { Namespace = name, Query = query }));
        }
        catch (RpcException refused)
        {
            return $"{refused.Code}: {refused.Message}";
        }
    }

    public static string Listed(VisibilityWorld world, IEnumerable<WorkflowExecutionInfo> runs) => string.Join(' ', runs.Select(world.Label));

    public static string Counted(CountWorkflowExecutionsResponse counts) =>
        string.Create(CultureInfo.InvariantCulture, $"{counts.Count}{Groups(counts.Groups)}");

    private static string Groups(RepeatedField<CountWorkflowExecutionsResponse.Types.AggregationGroup> groups) =>
        string.Concat(groups.Select(group => string.Create(
            CultureInfo.InvariantCulture,
            $" {string.Join(',', group.GroupValues.Select(value => value.Data.ToStringUtf8()))}={group.Count}")));
}
