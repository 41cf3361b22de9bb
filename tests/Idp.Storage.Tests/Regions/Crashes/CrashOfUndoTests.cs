using Idp.Storage.Regions;

namespace Idp.Storage.Tests.Regions.Crashes;

/// <summary>The same for the undo of a move in its grace period, which is a move backwards.</summary>
public sealed class CrashOfUndoTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    public static MatrixTheoryData<string, CrashKind> Crashes => new(
        ["undo", "undo given up"], Enum.GetValues<CrashKind>());

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task Undo_CrashAtEveryBoundary_EndsInTheFormerOrTheNewState(string story, CrashKind kind)
    {
        var run = new CrashRun(regions, CrashStory.Named(story), kind, () => new MoverOptions(), TestContext.Current.CancellationToken);

        var boundaries = await run.EnumerateAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"{story}, {kind}: {boundaries} boundaries");
        Assert.True(boundaries >= 15, $"only {boundaries} boundaries were met");
    }
}
