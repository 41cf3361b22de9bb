using Idp.Storage.Regions;

namespace Idp.Storage.Tests.Regions.Crashes;

/// <summary>The same for a large object: several rounds of two chunks each, which land in transactions of their own.</summary>
public sealed class CrashOfLargeMoveTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    public static TheoryData<CrashKind> Kinds => [.. Enum.GetValues<CrashKind>()];

    /// <summary>In CI each boundary is met by one kind of crash, elsewhere by all.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task LargeMove_CrashAtEveryBoundary_EndsInTheFormerOrTheNewState(CrashKind kind)
    {
        var run = new CrashRun(regions, CrashStory.Named("large move"), kind, Small, TestContext.Current.CancellationToken);

        var isSample = Environment.GetEnvironmentVariable("CI") == "true";
        var boundaries = await (isSample ? run.EnumerateAsync(1 + (int)kind, Kinds.Count) : run.EnumerateAsync());

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
