using System.Text.Json.Nodes;

namespace Idp.DevServer.Tests.Differential;

/// <summary>The same stories on both servers: their transcripts are equal event for event, attribute for attribute.</summary>
public sealed class HistoryTests(ScenarioRuns runs) : IClassFixture<ScenarioRuns>
{
    public static TheoryData<string> Names => [.. Scenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Scenario_OnTheGenuineServer_IsItsGolden(string scenario)
    {
        Assert.SkipWhen(await ServerUnderTest.FindAsync(Engine.Genuine, TestContext.Current.CancellationToken) is null, Testing.TemporalTools.Missing);
        var transcript = await runs.TranscriptAsync(Engine.Genuine, scenario);
        if (Golden.Recording)
        {
            Golden.Write(scenario, transcript);
        }

        AssertSame(Golden.Read(scenario), transcript);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Scenario_OnTheEmbeddedEngine_IsItsGolden(string scenario) =>
        AssertSame(Golden.Read(scenario), await runs.TranscriptAsync(Engine.Embedded, scenario));

    private static void AssertSame(JsonObject expected, JsonObject actual)
    {
        var differences = JsonDifference.Between(expected, actual).ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }
}
