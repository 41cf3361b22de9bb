using System.Text;
using System.Text.RegularExpressions;
using Idp.Testing;
using Idp.Workflows.Batches;
using Idp.Workflows.Loops;
using Idp.Workflows.Migrations;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Idp.Workflows.Tests.Replay;

/// <summary>Today's workflows replay what earlier releases have recorded.</summary>
/// <remarks>
/// <c>IDP_RECORD_HISTORIES=1</c> records again; do so for a new scenario only. A history that no longer replays means that running
/// sagas would stall: guard the change with <c>Workflow.Patched</c> instead.
/// </remarks>
public sealed partial class ReplayTests(DevelopmentServer server)
{
    private const int MaxHistoryBytes = 100_000;

    private static readonly string Folder = Path.Combine(Repository.Root.FullName, "tests", "Idp.Workflows.Tests", "Histories");

    public static TheoryData<string> Scenarios { get; } = [.. RecordedScenario.All.Keys];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Scenario_RunNow_Replays(string scenario)
    {
        var history = await RecordedScenario.All[scenario](server.Workers);
        if (Environment.GetEnvironmentVariable("IDP_RECORD_HISTORIES") is "1")
        {
            var json = history.ToJson().Replace(Repository.Root.FullName, string.Empty, StringComparison.Ordinal); // Stack traces name it.
            await File.WriteAllTextAsync(PathOf(scenario), json, TestContext.Current.CancellationToken);
        }

        Assert.Null((await Replayer().ReplayWorkflowAsync(history, throwOnReplayFailure: false, TestContext.Current.CancellationToken)).ReplayFailure);
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Scenario_RecordedEarlier_StillReplays(string scenario)
    {
        var result = await Replayer().ReplayWorkflowAsync(await RecordedAsync(scenario), throwOnReplayFailure: false, TestContext.Current.CancellationToken);

        Assert.Null(result.ReplayFailure);
    }

    [Fact]
    public async Task Scenario_StepsSwapped_FailsToReplay()
    {
        var swapped = new WorkflowReplayer(new WorkflowReplayerOptions().AddWorkflow<SwappedMigrationWorkflow>());

        var result = await swapped.ReplayWorkflowAsync(await RecordedAsync("happy-path"), throwOnReplayFailure: false, TestContext.Current.CancellationToken);

        Assert.IsType<WorkflowNondeterminismException>(result.ReplayFailure);
    }

    [Fact]
    public void Histories_AreSmallAndCarryNeitherRowsNorSecretsNorHosts()
    {
        var files = Directory.GetFiles(Folder, "*.json");
        string[] forbidden = ["password", "secret", "Host=", "BEGIN PRIVATE"];

        Assert.Equal(RecordedScenario.All.Keys.Order(), files.Select(Path.GetFileNameWithoutExtension).Order());
        Assert.All(files, file =>
        {
            Assert.InRange(new FileInfo(file).Length, 1_000, MaxHistoryBytes);
            var text = File.ReadAllText(file);
            var readable = text + string.Concat(Payloads().Matches(text).Select(data => Encoding.UTF8.GetString(Convert.FromBase64String(data.Groups[1].Value))));
            Assert.Contains("users/", readable, StringComparison.Ordinal); // The payloads were read.
            Assert.All(forbidden, word => Assert.DoesNotContain(word, readable, StringComparison.OrdinalIgnoreCase));
            Assert.All(Identities().Matches(text), identity => Assert.DoesNotContain('@', identity.Groups[1].Value));
        });
    }

    [GeneratedRegex("\"data\": ?\"([^\"]*)\"")]
    private static partial Regex Payloads();

    [GeneratedRegex("\"identity\": ?\"([^\"]*)\"")]
    private static partial Regex Identities();

    private static WorkflowReplayer Replayer() =>
        new(new WorkflowReplayerOptions().AddWorkflow<MigrationWorkflow>().AddWorkflow<LoopWorkflow>().AddWorkflow<BatchWorkflow>().AddWorkflow<EvacuationWorkflow>());

    private static async Task<WorkflowHistory> RecordedAsync(string scenario) =>
        WorkflowHistory.FromJson(scenario, await File.ReadAllTextAsync(PathOf(scenario), TestContext.Current.CancellationToken));

    private static string PathOf(string scenario) => Path.Combine(Folder, $"{scenario}.json");
}
