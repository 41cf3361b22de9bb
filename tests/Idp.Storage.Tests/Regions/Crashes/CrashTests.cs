using Idp.Storage.Regions;

namespace Idp.Storage.Tests.Regions.Crashes;

/// <summary>A mover crashes at every boundary of a move; others recover, and clients go on.</summary>
public sealed class CrashTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    public static MatrixTheoryData<string, CrashKind> Crashes => new(
        ["move", "move, then reverted", "move, then repeated", "move given up"], Enum.GetValues<CrashKind>());

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task Move_CrashAtEveryBoundary_EndsInTheFormerOrTheNewState(string story, CrashKind kind)
    {
        var run = new CrashRun(regions, CrashStory.Named(story), kind, () => new MoverOptions(), TestContext.Current.CancellationToken);

        var boundaries = await run.EnumerateAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"{story}, {kind}: {boundaries} boundaries");
        Assert.True(boundaries >= 15, $"only {boundaries} boundaries were met");
    }
}
