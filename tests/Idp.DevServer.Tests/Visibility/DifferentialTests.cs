using Google.Protobuf;
using Idp.Testing;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Tests.Visibility;

/// <summary>Every question of <c>queries.txt</c> gets the genuine server's answer: the same runs in the same order, or the same refusal.</summary>
/// <remarks><c>IDP_RECORD_VISIBILITY=1</c> records the genuine server's world and answers again, where its program is present.</remarks>
public sealed class DifferentialTests
{
    /// <summary>Where ours is right and the genuine development server is not, and what we answer.</summary>
    private static readonly Dictionary<string, string> Deliberate = new()
    {
        // Its SQLite column keeps three digits of a second and compares them, as text, with none.
        ["list|MyDatetime = '2024-06-15T12:30:00Z'"] = "order-3",
        // Its custom attributes live in columns that queries can reach by their own names.
        ["list|Keyword01 = 'red'"] = "InvalidArgument: invalid query: invalid search attribute: Keyword01",
    };

    private static string AnswersFile => Path.Combine(VisibilityWorld.Folder, "Goldens", "answers.txt");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_OfTheRecordedWorld_AreTheGenuineServers()
    {
        var world = await VisibilityWorld.ReadAsync(Cancelled);

        Assert.Empty(await DifferencesAsync(world, world.Runs, await File.ReadAllLinesAsync(AnswersFile, Cancelled)));
    }

    [Fact]
    public async Task Answers_OfAWorldMadeNow_AreTheGenuineServers()
    {
        var temporal = await TemporalTools.FindAsync("temporal", Cancelled);
        Assert.SkipWhen(temporal is null, TemporalTools.Missing);
        await using var genuine = await GenuineWorld.StartAsync(temporal!, Cancelled);
        var world = new VisibilityWorld(await genuine.RunsAsync());
        var answers = await VisibilityAnswers.OfAsync(world, (kind, query) => VisibilityAnswers.AskAsync(genuine.Client, world, kind, query));
        if (Environment.GetEnvironmentVariable("IDP_RECORD_VISIBILITY") is "1")
        {
            await world.WriteAsync(Cancelled);
            await File.WriteAllLinesAsync(AnswersFile, answers, Cancelled);
        }

        Assert.Empty(await DifferencesAsync(world, world.Runs, answers));
    }

    /// <summary>From the SDK's start of a workflow to its line in a list, over the wire.</summary>
    [Fact]
    public async Task Answers_OfAWorldMadeOnOurServer_AreTheGenuineServers()
    {
        await using var ours = await GenuineWorld.StartAsync(Path.Combine(AppContext.BaseDirectory, "idp-devserver"), Cancelled);
        var world = new VisibilityWorld(await ours.RunsAsync());
        var answers = await VisibilityAnswers.OfAsync(world, (kind, query) => VisibilityAnswers.AskAsync(ours.Client, world, kind, query));

        var genuine = await File.ReadAllLinesAsync(AnswersFile, Cancelled);
        var differences = answers.Zip(genuine).Where(pair => pair.First != Expected(pair.Second)).Select(pair => $"{pair.First}\n  genuine: {pair.Second}").ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Fact]
    public async Task Answers_OfAWorldWithOneRunChanged_Differ()
    {
        var world = await VisibilityWorld.ReadAsync(Cancelled);
        var changed = world.Runs.Select(run => run.Clone()).ToList();
        changed.Single(run => run.Execution.WorkflowId == "order-4").Status = WorkflowExecutionStatus.TimedOut;

        var differences = await DifferencesAsync(world, changed, await File.ReadAllLinesAsync(AnswersFile, Cancelled));

        Assert.Contains(differences, difference => difference.StartsWith("list|ExecutionStatus = 'TimedOut'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Records_OfTheRecordedWorld_AreListedAsTheyWere()
    {
        var world = await VisibilityWorld.ReadAsync(Cancelled);
        using var local = new LocalVisibility();
        await local.KeepAsync(world.Runs);

        var listed = local.Visibility.List(LocalVisibility.Namespace, string.Empty, string.Empty, pageSize: 100, ByteString.Empty).Runs;

        Assert.Equal(world.Runs, listed);
    }

    private static async Task<IReadOnlyList<string>> DifferencesAsync(
        VisibilityWorld world, IEnumerable<WorkflowExecutionInfo> runs, IReadOnlyList<string> genuine)
    {
        using var local = new LocalVisibility();
        await local.KeepAsync(runs);
        await local.KeepAsync([Schedule()], "TemporalScheduler");
        var ours = await VisibilityAnswers.OfAsync(world, (kind, query) => Task.FromResult(local.Ask(world, kind, query)));

        Assert.Equal(VisibilityWorld.Questions.Count, genuine.Count);
        return [.. ours.Zip(genuine).Where(pair => pair.First != Expected(pair.Second)).Select(pair => $"{pair.First} | genuine: {pair.Second}")];
    }

    private static string Expected(string genuine)
    {
        var question = genuine[..genuine.IndexOf(" -> ", StringComparison.Ordinal)];
        return Deliberate.TryGetValue(question, out var ours) ? $"{question} -> {ours}" : genuine;
    }

    /// <summary>The genuine server's list of runs leaves out the run behind its schedule; its counts by division do not.</summary>
    private static WorkflowExecutionInfo Schedule() => new()
    {
        Execution = new() { WorkflowId = "nightly", RunId = "5c4ed71e" },
        Type = new() { Name = "schedule" },
        Status = WorkflowExecutionStatus.Running,
        StartTime = new() { Seconds = 1 },
    };
}
