using System.Text.Json.Nodes;
using Idp.Testing;

namespace Idp.DevServer.Tests.Differential;

/// <summary>The same stories on both servers: their transcripts are equal event for event, attribute for attribute.</summary>
public sealed class HistoryTests(ScenarioRuns runs) : IClassFixture<ScenarioRuns>
{
    public static TheoryData<string> Names => [.. Scenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Scenario_OnTheGenuineServer_IsItsGolden(string scenario)
    {
        Assert.SkipWhen(await ServerUnderTest.FindAsync(Engine.Genuine, TestContext.Current.CancellationToken) is null, TemporalTools.Missing);
        if (Golden.Recording)
        {
            await RecordAsync(scenario);
        }
        else
        {
            await AssertGoldenAsync(Engine.Genuine, scenario);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Scenario_OnTheEmbeddedEngine_IsItsGolden(string scenario)
    {
        var genuine = await ServerUnderTest.FindAsync(Engine.Genuine, TestContext.Current.CancellationToken);
        Assert.SkipWhen(genuine is null && scenario.StartsWith(Cli.Prefix, StringComparison.Ordinal), TemporalTools.Missing);
        await AssertGoldenAsync(Engine.Embedded, scenario);
    }

    [Fact]
    public void Goldens_All_BelongToAScenario() => Assert.Empty(
        Environment.GetEnvironmentVariable(Scenario.FilterVariable) is null ? Golden.Names().Except(Scenario.All.Select(scenario => scenario.Name)) : []);

    // A busy machine stalls for seconds, and then tasks time out on any server; so a difference counts if it shows again in calm.
    private async Task AssertGoldenAsync(Engine engine, string scenario)
    {
        var golden = Golden.Read(scenario);
        if (await DifferencesAsync(golden, runs.TranscriptAsync(engine, scenario)) is { Count: > 0 } first
            && await DifferencesAsync(golden, runs.TranscriptAgainAsync(engine, scenario)) is { Count: > 0 } second)
        {
            Assert.Fail(string.Join('\n', second.Count <= first.Count ? second : first));
        }
    }

    // What is not the same twice cannot be a golden.
    private async Task RecordAsync(string scenario)
    {
        var transcript = await runs.TranscriptAsync(Engine.Genuine, scenario);
        var differences = await DifferencesAsync(transcript, runs.TranscriptAgainAsync(Engine.Genuine, scenario));
        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Golden.Write(scenario, transcript);
    }

    private static async Task<List<string>> DifferencesAsync(JsonObject expected, Task<JsonObject> transcript)
    {
        try
        {
            return [.. JsonDifference.Between(expected, await transcript)];
        }
        catch (ScenarioFailedException failure)
        {
            return [failure.Message, .. JsonDifference.Between(expected, failure.Transcript)];
        }
    }
}
