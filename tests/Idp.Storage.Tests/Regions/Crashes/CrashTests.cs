using Idp.Storage.Regions;

namespace Idp.Storage.Tests.Regions.Crashes;

/// <summary>A mover crashes at every boundary of a move; others recover, and clients go on.</summary>
public sealed class CrashTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    public static MatrixTheoryData<string, CrashKind> Crashes => new(
        ["move", "move, then reverted", "move, then repeated", "move given up"], Enum.GetValues<CrashKind>());

    public static TheoryData<CrashKind> Kinds => [.. Enum.GetValues<CrashKind>()];

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task Move_CrashAtEveryBoundary_EndsInTheFormerOrTheNewState(string story, CrashKind kind)
    {
        var run = new CrashRun(regions, CrashStory.Named(story), kind, () => new MoverOptions(), TestContext.Current.CancellationToken);

        var boundaries = await run.EnumerateAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"{story}, {kind}: {boundaries} boundaries");
        Assert.True(boundaries >= 15, $"only {boundaries} boundaries were met");
    }

    /// <summary>The object is large: several rounds of two chunks each, which land in transactions of their own.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task LargeMove_CrashAtEveryBoundary_EndsInTheFormerOrTheNewState(CrashKind kind)
    {
        var run = new CrashRun(regions, CrashStory.Named("large move"), kind, Small, TestContext.Current.CancellationToken);

        var boundaries = await run.EnumerateAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"large move, {kind}: {boundaries} boundaries");
        Assert.True(boundaries >= 30, $"only {boundaries} boundaries were met");
    }

    private static MoverOptions Small() => new()
    {
        ParallelChunks = 2,
        RowsPerStep = 1,
        MaxChunkRows = 3,
        SilentChunkLimit = TimeSpan.FromSeconds(1),
    };
}
