using System.Text.Json;
using Idp.Core.Controllers.Consistency;
using Idp.Core.Decisions;
using Idp.Core.Tests.Value;

namespace Idp.Core.Tests.Controllers.Consistency;

public sealed class ConsistencyControllerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DatasetId Users = DatasetId.Parse("users");
    private static readonly ConsistencyOptions Options = new();
    private static readonly long Enough = Options.MinCleanReads;

    [Fact]
    public void Decide_UnknownOperation_IsStrong() => Assert.Equal(ReadLevel.Strong, Decide(Facts() with { Memory = null }).To);

    [Fact]
    public void Decide_FirstForeignFreshRead_UpgradesAtOnceAndSaysWhy()
    {
        var decision = Decide(Facts(At(ReadLevel.Eventual)) with { Evidence = Seen(reads: 1_000, foreign: 1) });

        Assert.Equal((ReadLevel.Eventual, ReadLevel.Strong), (decision.From, decision.To));
        Assert.Equal(
            "read_profile goes from eventual to strong: 1 of 1000 reads came within the replicas' 2000 ms after another session's write (example)",
            decision.Reason);
    }

    [Theory]
    [InlineData(1_999, "bounded(1999ms)")]
    [InlineData(60_000, "bounded(60000ms)")] // The bound is enforced, however small the lag is today.
    [InlineData(null, "strong")] // Nobody has said.
    [InlineData(0, "strong")]
    public void Decide_ForeignFreshRead_AsksForWhatItsReadersBear(int? toleranceMs, string expected)
    {
        var facts = Facts(At(ReadLevel.Eventual)) with
        {
            Tolerance = toleranceMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
            Evidence = Seen(reads: 1_000, foreign: 1),
        };

        Assert.Equal(expected, Decide(facts).To.ToString());
    }

    [Fact]
    public void Decide_OwnFreshRead_AsksForTheSessionAlone() =>
        Assert.Equal(ReadLevel.Session, Decide(Facts(At(ReadLevel.Eventual)) with { Evidence = Seen(reads: 10, own: 1) }).To);

    [Theory]
    [InlineData(3_999, "strong")]
    [InlineData(4_000, "session")] // Twice the replicas' lag.
    public void Decide_OwnFreshReadAndABound_IsSessionOnlyWhileTheReplicasAreFarBelowIt(int toleranceMs, string expected)
    {
        var facts = Facts(At(ReadLevel.Eventual)) with { Tolerance = TimeSpan.FromMilliseconds(toleranceMs), Evidence = Seen(reads: 10, own: 1) };

        Assert.Equal(expected, Decide(facts).To.ToString());
    }

    [Fact]
    public void Decide_RacedRead_IsStrongWhateverIsTolerated() =>
        Assert.Equal(
            ReadLevel.Strong,
            Decide(Facts(At(ReadLevel.Eventual)) with { Tolerance = TimeSpan.FromHours(1), Evidence = Seen(reads: 10, raced: 1) }).To);

    [Theory]
    [InlineData(7.0, 0, "eventual")]
    [InlineData(6.99, 0, "strong")]
    [InlineData(7.0, -1, "strong")] // One read too few.
    public void Decide_CleanStretch_DowngradesOnlyAfterTimeAndReads(double days, int more, string expected)
    {
        var memory = At(ReadLevel.Strong, days, Enough + more - 100);

        Assert.Equal(expected, Decide(Facts(memory) with { Evidence = Seen(reads: 100) }).To.ToString());
    }

    [Fact]
    public void Decide_OnlyTheOwnWritesAreFresh_GoesDownToSession()
    {
        var memory = At(ReadLevel.Strong, 8, Enough);
        var decision = Decide(Facts(memory) with { Evidence = Seen(reads: 100, own: 5) });

        Assert.Equal(ReadLevel.Session, decision.To);
    }

    [Fact]
    public void Decide_HazardAfterACleanStretch_StartsItAnew()
    {
        var hazard = Plan(Facts(At(ReadLevel.Strong, 6.9, Enough)) with { Evidence = Seen(reads: 10, foreign: 1) }).Memories[0];

        Assert.Equal(new CleanRun(Noon, 0), hazard.Foreign);
        Assert.Equal(Enough + 10, hazard.Own.Reads);
    }

    [Theory]
    [InlineData("session")]
    [InlineData("strong")]
    public void Decide_CleanForYears_NeverGoesBelowTheFloor(string floor)
    {
        var level = floor == "strong" ? ReadLevel.Strong : ReadLevel.Session;
        var decision = Decide(Facts(At(ReadLevel.Strong, 1_000, 1_000_000_000)) with { Floor = level, Evidence = Seen(reads: 1) });

        Assert.Equal(level, decision.To);
        Assert.EndsWith($"the intent demands {floor}", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_GuardsAnInvariant_StaysStrongAndNamesIt()
    {
        var decision = Decide(Facts(At(ReadLevel.Strong, 1_000, 1_000_000_000)) with { Invariant = "e-mails are unique", Evidence = Seen(reads: 1) });

        Assert.Equal((ReadLevel.Strong, "read_profile stays strong: it guards the invariant 'e-mails are unique'"), (decision.To, decision.Reason));
        Assert.Equal("nothing that is measured: strong is declared", decision.Flip);
    }

    [Theory]
    [InlineData(13.9, "strong")]
    [InlineData(14.0, "eventual")]
    public void Decide_AfterAReversal_NeedsTwiceTheTime(double days, string expected)
    {
        var memory = At(ReadLevel.Strong, days, Enough) with { Reversals = 1, LastReversal = Noon };

        Assert.Equal(expected, Decide(Facts(memory) with { Evidence = Seen(reads: 1) }).To.ToString());
    }

    [Fact]
    public void Decide_UpgradeAfterADowngrade_CountsAReversalAndForgivesItLater()
    {
        var memory = At(ReadLevel.Eventual) with { WasDowngraded = true };
        var upgraded = Plan(Facts(memory) with { Evidence = Seen(reads: 1, foreign: 1) }).Memories[0];
        var later = new ConsistencyController(Options, new LinearLatencyValue(0.01, 0.01)).Decide(
            Snapshot(Facts(upgraded)) with { AsOf = Noon.AddDays(30) }).Memories[0];

        Assert.Equal((1, Noon, 0), (upgraded.Reversals, upgraded.LastReversal, later.Reversals));
    }

    [Fact]
    public void Decide_OldTelemetry_StillUpgradesAndNoLongerDowngrades()
    {
        var clean = Facts(At(ReadLevel.Strong, 100, Enough)) with { Evidence = Seen(reads: 1) };
        var hazard = Facts(At(ReadLevel.Eventual)) with { Evidence = Seen(reads: 1, foreign: 1) };
        var plan = new ConsistencyController(Options, new LinearLatencyValue(0.01, 0.01)).Decide(
            Snapshot(clean, hazard) with { TelemetryAge = TimeSpan.FromMinutes(6) });

        Assert.Equal([ReadLevel.Strong, ReadLevel.Strong], plan.Decisions.Select(decision => decision.To));
        Assert.Contains("telemetry is 6 min old", plan.Decisions[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_ServedNear_IsWorthTheWaitItSaves()
    {
        var decision = Decide(Facts(At(ReadLevel.Strong, 8, Enough)) with { Evidence = Seen(reads: 1_000) });

        // 24,000 reads a day that wait 90 ms less, each worth a cent of which 100 ms lose 1 %.
        Assert.Equal((90.0, 2.16m), (decision.GainMsPerRead, decision.ValueUsdPerDay));
    }

    [Fact]
    public void RoundTrip_SnapshotAndPlan_DecideTheSameAgainByteForByte()
    {
        var snapshot = Snapshot(
            Facts(At(ReadLevel.Bounded(TimeSpan.FromSeconds(1)), 3, 7)) with { Evidence = Seen(9, 1, 2, 3), Tolerance = TimeSpan.FromSeconds(1), Floor = ReadLevel.Session },
            Facts(At(ReadLevel.Strong, 8, Enough)));
        var controller = new ConsistencyController(Options, new LinearLatencyValue(0.01, 0.01));
        var plan = JsonSerializer.Serialize(controller.Decide(snapshot));

        Assert.Equal(plan, JsonSerializer.Serialize(controller.Decide(JsonSerializer.Deserialize<ConsistencySnapshot>(JsonSerializer.Serialize(snapshot))!)));
        Assert.Equal(plan, JsonSerializer.Serialize(JsonSerializer.Deserialize<ConsistencyPlan>(plan)));
    }

    [Theory]
    [InlineData(nameof(ConsistencyOptions.MinHazards))]
    [InlineData(nameof(ConsistencyOptions.DowngradeAfter))]
    [InlineData(nameof(ConsistencyOptions.MaxHazardShare))]
    [InlineData(nameof(ConsistencyOptions.ReversalDecay))]
    public void Validate_OneRuleBroken_NamesTheOption(string name)
    {
        var options = new ConsistencyOptions();
        var property = typeof(ConsistencyOptions).GetProperty(name)!;
        property.SetValue(options, Activator.CreateInstance(property.PropertyType)); // Zero breaks each of them.

        Assert.Empty(OptionErrors.Of(new ConsistencyOptions()));
        Assert.Contains(name, Assert.Single(OptionErrors.Of(options)).MemberNames);
    }

    private static OperationFacts Facts(ConsistencyMemory? memory = null) => new(
        Users, "read_profile", ReadLevel.Eventual, Invariant: null, Tolerance: null, ReplicaLag: TimeSpan.FromSeconds(2),
        OwnerMs: 100, NearestMs: 10, Evidence: null, memory);

    private static ConsistencyMemory At(ReadLevel level, double cleanDays = 0, long cleanReads = 0) => new(
        Users, "read_profile", level, new CleanRun(Noon.AddDays(-cleanDays), cleanReads), new CleanRun(Noon.AddDays(-cleanDays), cleanReads));

    private static OperationEvidence Seen(long reads, long foreign = 0, long own = 0, long raced = 0) =>
        new(Users, "read_profile", reads, Writes: 0, foreign, own, raced, ConflictingWrites: 0, foreign > 0 ? "example" : null);

    private static ConsistencySnapshot Snapshot(params OperationFacts[] operations) =>
        new(Noon, Period: TimeSpan.FromHours(1), TelemetryAge: TimeSpan.Zero, TelemetryPeriod: TimeSpan.FromMinutes(1), [.. operations]);

    private static ConsistencyPlan Plan(OperationFacts facts) => new ConsistencyController(Options, new LinearLatencyValue(0.01, 0.01)).Decide(Snapshot(facts));

    private static ConsistencyDecision Decide(OperationFacts facts) => Plan(facts).Decisions[0];
}
