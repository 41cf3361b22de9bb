using System.Collections.Immutable;
using CsCheck;
using Idp.Core.Controllers.Consistency;
using Idp.Core.Telemetry;

namespace Idp.Core.Tests.Telemetry;

public sealed class OperationSamplerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Few sessions and short steps, so that they race; skewed, so that one object is busier than the rest.
    private static readonly Gen<OperationEvent[]> Histories =
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 3], Gen.Bool).Array[0, 400].Select(steps => steps
            .Select((step, at) => new OperationEvent(
                Start.AddMilliseconds(at * 100), Object(step.Item1 * step.Item1 / 40), step.Item3 ? "save" : "load", $"s{step.Item2}", step.Item3))
            .ToArray());

    [Fact]
    public void Add_MoreThanFits_KeepsAllOperationsOfTheObjectsItKeeps() => Gen.Select(Histories, Gen.Int[1, 100]).Sample((history, maxEvents) =>
    {
        var sample = SampleOf(history, maxEvents);

        Assert.True(sample.Events.Length <= maxEvents);
        Assert.Equal(history.Where(entry => OperationSample.Has(entry.Object, sample.Level)), sample.Events);
    });

    [Fact]
    public void Take_SamplesOfSeveralClients_TellAtTheCoarsestLevelWhatAllOperationsTell() => Gen.Select(Histories, Gen.Int[1, 60], Gen.Int[1, 200]).Sample((history, small, large) =>
    {
        var (one, other) = (SampleOf(history.Where((_, number) => number % 3 == 0), small), SampleOf(history.Where((_, number) => number % 3 != 0), large));
        var level = Math.Max(one.Level, other.Level);

        var merged = one.Events.Concat(other.Events).Where(entry => OperationSample.Has(entry.Object, level)).OrderBy(entry => entry.At);

        Assert.Equal(EvidenceOf(history.Where(entry => OperationSample.Has(entry.Object, level))), EvidenceOf(merged));
    });

    [Fact]
    public void Add_OneObjectBusierThanAnySample_LeavesItAndStaysBounded()
    {
        var sampler = new OperationSampler(maxEvents: 10);
        for (var i = 0; i < 100_000; i++)
        {
            sampler.Add(Operation(1));
        }

        Assert.Empty(sampler.Take().Events);
        Assert.InRange(sampler.Level, 1, OperationSample.MaxLevel);
    }

    [Fact]
    public void Take_QuietAgain_GetsFinerByOneLevelAtATime()
    {
        var sampler = new OperationSampler(maxEvents: 8, level: 3);

        Assert.Equal([3, 2, 1, 0, 0], Enumerable.Range(0, 5).Select(_ => sampler.Take().Level));
    }

    [Fact]
    public void Add_NoRoomAtAll_TellsThatNothingIsComplete()
    {
        var sampler = new OperationSampler(maxEvents: 0);
        sampler.Add(Operation(1));

        Assert.Equal(OperationSample.MaxLevel, sampler.Take().Level);
        Assert.Equal(OperationSample.MaxLevel, sampler.Take().Level);
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(1, 0.5)]
    [InlineData(4, 0.0625)]
    public void Has_ManyObjects_HoldsItsShareOfThem(int level, double share)
    {
        const int Objects = 100_000;
        var held = Enumerable.Range(0, Objects).Count(number => OperationSample.Has(Object(number), level));

        Assert.Equal(share, held / (double)Objects, tolerance: 6 * Math.Sqrt(0.25 / Objects));
    }

    [Fact]
    public void Has_AnyRelease_HoldsTheSameObjects() => // Clients of different releases must agree.
        Assert.Equal(
            [3, 10, 14, 19, 22, 29, 36, 38, 39],
            Enumerable.Range(0, 40).Where(number => OperationSample.Has(Object(number), 2)));

    private static ObjectId Object(int number) => ObjectId.Parse($"users/u{number}");

    private static OperationEvent Operation(int number) => new(Start, Object(number), "load", "s1", IsWrite: false);

    private static OperationSample SampleOf(IEnumerable<OperationEvent> history, int maxEvents)
    {
        var sampler = new OperationSampler(maxEvents);
        foreach (var operation in history)
        {
            sampler.Add(operation);
        }

        return sampler.Take();
    }

    private static ImmutableArray<OperationEvidence> EvidenceOf(IEnumerable<OperationEvent> history) =>
        new AccessPatternDetector(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)).Observe([], history).Operations;
}
