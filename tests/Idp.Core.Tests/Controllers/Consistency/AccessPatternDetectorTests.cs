using Idp.Core.Controllers.Consistency;
using Idp.Core.Telemetry;

namespace Idp.Core.Tests.Controllers.Consistency;

public sealed class AccessPatternDetectorTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ObjectId Ada = ObjectId.Parse("users/ada");
    private static readonly AccessPatternDetector Detector = new(freshness: TimeSpan.FromSeconds(2), raceWindow: TimeSpan.FromMinutes(1));

    [Theory]
    [InlineData(2_000, "s2", 1, 0)]
    [InlineData(2_001, "s2", 0, 0)]
    [InlineData(2_000, "s1", 0, 1)]
    [InlineData(2_001, "s1", 0, 0)]
    public void Observe_ReadAfterAWrite_CountsItByWhoseItWasWhileAReplicaMayMissIt(int ms, string reader, int foreign, int own)
    {
        var evidence = Observe(Write(0, "s1"), Read(ms, reader));

        Assert.Equal((foreign, own), (evidence["read"].ForeignFreshReads, evidence["read"].OwnFreshReads));
    }

    [Fact]
    public void Observe_ForeignFreshRead_GivesAnExample() =>
        Assert.Equal("session s2 read users/ada 40 ms after session s1 wrote it by write", Observe(Write(0, "s1"), Read(40, "s2"))["read"].Example);

    [Fact]
    public void Observe_AnotherObject_IsNoEvidence()
    {
        var evidence = Observe(Write(0, "s1"), Read(1, "s2") with { Object = ObjectId.Parse("users/bob") });

        Assert.Equal(0, evidence["read"].ForeignFreshReads);
    }

    [Fact]
    public void Observe_ReadThenOwnWriteAroundAForeignOne_CountsTheRace()
    {
        var evidence = Observe(Read(0, "s1"), Write(500, "s2"), Write(1_000, "s1"));

        Assert.Equal((1, 1), (evidence["read"].RacedReads, evidence["write"].ConflictingWrites));
    }

    [Fact]
    public void Observe_ReadThenOwnWriteAlone_IsNoRace() =>
        Assert.Equal(0, Observe(Write(0, "s2"), Read(10_000, "s1"), Write(11_000, "s1"))["read"].RacedReads);

    [Fact]
    public void Observe_ReadLongBeforeTheWrite_IsNotBuiltUpon() =>
        Assert.Equal(0, Observe(Read(0, "s1"), Write(61_000, "s2"), Write(61_001, "s1"))["read"].RacedReads);

    [Fact]
    public void Observe_NothingHappened_HandsTheTrailsOn()
    {
        var first = Detector.Observe([], [Write(0, "s1")]);

        var quiet = Detector.Observe(first.Trails, []);

        Assert.Empty(quiet.Operations);
        Assert.Equal(1, Detector.Observe(quiet.Trails, [Read(1_000, "s2")]).Operations.Single().ForeignFreshReads);
    }

    [Fact]
    public void Observe_WriteAtTheEndOfAPeriod_IsRememberedInTheNext()
    {
        var first = Detector.Observe([], [Write(0, "s1")]);
        var second = Detector.Observe(first.Trails, [Read(1_000, "s2")]);

        Assert.Equal(1, second.Operations.Single().ForeignFreshReads);
        Assert.Empty(Detector.Observe(second.Trails, [Read(100_000, "s3")]).Trails.Single().Writes);
    }

    private static Dictionary<string, OperationEvidence> Observe(params OperationEvent[] events) =>
        Detector.Observe([], events).Operations.ToDictionary(evidence => evidence.Operation);

    private static OperationEvent Write(int ms, string session) => new(Start.AddMilliseconds(ms), Ada, "write", session, IsWrite: true);

    private static OperationEvent Read(int ms, string session) => new(Start.AddMilliseconds(ms), Ada, "read", session, IsWrite: false);
}
