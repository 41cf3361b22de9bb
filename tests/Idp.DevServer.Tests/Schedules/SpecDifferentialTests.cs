using System.Text.Encodings.Web;
using System.Text.Json;
using Idp.Testing;

namespace Idp.DevServer.Tests.Schedules;

/// <summary>Specifications compile as on the genuine server: canonical form, times with jitter, and what is refused.</summary>
/// <remarks>
/// The answers of a genuine server are recorded, so that the comparison needs none. <c>IDP_RECORD_GOLDENS=1</c> records anew.
/// </remarks>
public sealed class SpecDifferentialTests
{
    private const int Recorded = 250;
    private const int Fresh = 120;
    private const int RecordedSeed = 1;

    private static readonly string Golden =
        Path.Combine(Repository.Root.FullName, "tests", "Idp.DevServer.Tests", "Schedules", "Goldens", "specs.json");

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Compile_RecordedSpecs_AnswersAsTheGenuineServer()
    {
        if (Environment.GetEnvironmentVariable("IDP_RECORD_GOLDENS") == "1")
        {
            await RecordAsync(TestContext.Current.CancellationToken);
        }

        var golden = JsonSerializer.Deserialize<SpecGolden>(await File.ReadAllTextAsync(Golden, TestContext.Current.CancellationToken))!;

        Assert.Equal(Recorded, golden.Cases.Count);
        Assert.Multiple([.. golden.Cases.Select(c => (Action)(() => AssertSame(c.Question, c.Answer, golden.JitterSeed)))]);
    }

    [Fact]
    public async Task Compile_FreshRandomSpecs_AnswersAsTheGenuineServer()
    {
        var temporal = await TemporalTools.FindAsync("temporal", TestContext.Current.CancellationToken);
        Assert.SkipWhen(temporal is null, TemporalTools.Missing);
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var genuine = await GenuineSchedules.StartAsync(temporal);
        var specs = new RandomSpecs(seed);
        for (var i = 0; i < Fresh; i++)
        {
            var question = specs.Next();

            AssertSame(question, await genuine.AskAsync(question), $"{genuine.NamespaceId}-{GenuineSchedules.ScheduleId}");
        }
    }

    private static void AssertSame(SpecQuestion question, SpecAnswer expected, string jitterSeed)
    {
        var actual = OurSpecs.Ask(question, jitterSeed);
        Assert.True(expected == actual, $"{question}\nexpected {expected}\nactual   {actual}");
    }

    private static async Task RecordAsync(CancellationToken cancellationToken)
    {
        var temporal = await TemporalTools.FindAsync("temporal", cancellationToken) ?? throw new InvalidOperationException(TemporalTools.Missing);
        await using var genuine = await GenuineSchedules.StartAsync(temporal);
        var specs = new RandomSpecs(RecordedSeed);
        var cases = new List<SpecCase>();
        while (cases.Count < Recorded)
        {
            var question = specs.Next();
            cases.Add(new SpecCase(question, await genuine.AskAsync(question)));
        }

        var golden = new SpecGolden($"{genuine.NamespaceId}-{GenuineSchedules.ScheduleId}", cases);
        await File.WriteAllTextAsync(Golden, JsonSerializer.Serialize(golden, Readable), cancellationToken);
    }

    private sealed record SpecGolden(string JitterSeed, IReadOnlyList<SpecCase> Cases);

    private sealed record SpecCase(SpecQuestion Question, SpecAnswer Answer);
}
