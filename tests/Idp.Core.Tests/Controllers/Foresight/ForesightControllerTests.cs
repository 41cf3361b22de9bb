using System.Text.Json;
using Idp.Core.Controllers.Foresight;
using Idp.Core.Forecasting;
using Idp.Core.Planning;
using static Idp.Core.Tests.Controllers.Placement.World;

namespace Idp.Core.Tests.Controllers.Foresight;

public sealed class ForesightControllerTests
{
    private const int Busy = 1_000;

    [Fact]
    public void Decide_DemandThatGoesAroundTheWorld_LeadsAndIsThereWhenItComes()
    {
        var watch = new Watch(AroundTheWorld);
        watch.Follow(7 * 24);

        var (inTime, moves) = (0, 0);
        for (var hour = 0; hour < 48; hour++)
        {
            moves += watch.Follow(1);
            inTime += watch.Primary == Awake(watch.Hour) ? 1 : 0; // The hour that now begins.
        }

        Assert.True(watch.Memory!.Leads);
        Assert.InRange(inTime, 46, 48);
        Assert.InRange(moves, 4, 6);
    }

    [Fact]
    public void Decide_Leading_SaysWhatForesightHasSavedAndWhenItReturns()
    {
        var watch = new Watch((hour, region) => region == (hour / 12 % 2 == 0 ? A : B) ? Busy : 0);
        watch.Follow(7 * 24 - 1);

        watch.Primary = B; // Night is over.
        var lead = watch.Next()!;

        Assert.Equal((B, A), (lead.From, lead.To));
        Assert.Contains("plans have lately cost $", lead.Reason, StringComparison.Ordinal);
        Assert.Contains("staying would have $", lead.Reason, StringComparison.Ordinal);
        Assert.Equal(Watch.Monday.AddHours((7 * 24) + 12), lead.ReturnsAt);
        Assert.InRange(lead.ValueUsdPerDay, 0.01, 1_000);
        Assert.EndsWith(" would make it b", lead.Flip, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_BeforeTheWarmUpIsOver_LeadsNothing()
    {
        var watch = new Watch(AroundTheWorld) { Options = new ForesightOptions { WarmUp = TimeSpan.FromDays(6) } };

        Assert.All(Enumerable.Range(0, 6 * 24), _ => Assert.Null(watch.Next()));
        Assert.NotNull(watch.Next());
    }

    [Fact]
    public void Decide_SteadyDemand_MovesThereOnceAndStays()
    {
        var watch = new Watch((_, region) => region == B ? Busy : 100);

        Assert.Equal(1, watch.Follow(14 * 24));
        Assert.Equal(B, watch.Primary);
    }

    [Theory]
    [InlineData(24, false)]
    [InlineData(6, true)]
    public void Decide_BurstsNowAndThen_LeadsOnlyWhatHasHours(int hoursApart, bool leads)
    {
        var watch = new Watch((hour, region) => hour % hoursApart == 0 && region == A ? 10_000 : 0);

        watch.Follow(7 * 24);

        Assert.Equal(leads, watch.Memory!.Leads);
    }

    [Fact]
    public void Decide_NothingToForesee_HardlyMoves()
    {
        var random = new Random(7);
        var draws = Enumerable.Range(0, 15 * 24).Select(_ => random.Next(3)).ToArray();
        var watch = new Watch((hour, region) => region == Regions[draws[hour]].Id ? Busy : 0);

        Assert.InRange(watch.Follow(14 * 24), 0, 14);
    }

    [Fact]
    public void Decide_PatternEnds_StaysWhereDemandIsNow()
    {
        var watch = new Watch((hour, region) => hour < 7 * 24 ? AroundTheWorld(hour, region) : region == B ? Busy : 0);
        watch.Follow(8 * 24);

        Assert.Equal(0, watch.Follow(4 * 24));
        Assert.Equal(B, watch.Primary);
    }

    [Fact]
    public void Decide_PlansHaveCostMore_GivesTheLeadBack()
    {
        var watch = new Watch(AroundTheWorld);
        watch.Follow(7 * 24);
        var memory = watch.Memory!;
        Assert.True(memory.Leads);

        watch.Memory = memory with { Record = memory.Record with { CostUsd = [memory.StayedUsd * 1.2, memory.StayedUsd] } };

        Assert.Null(watch.Next());
        Assert.False(watch.Memory!.Leads);
    }

    [Fact]
    public void Decide_DemandDriftsAwayFromItsPattern_Warns()
    {
        var watch = new Watch((hour, region) => region == A ? (long)(Busy * (1 + (hour < 7 * 24 ? 0.0 : (hour - (7 * 24)) * 0.05))) : 0);
        watch.Follow(7 * 24);

        var kinds = Enumerable.Range(0, 4 * 24).SelectMany(_ =>
        {
            watch.Next();
            return watch.Warnings;
        }).Select(warning => warning.Warning.Kind).ToHashSet();

        Assert.Contains(ForecastWarningKind.AccuracyLoss, kinds);
    }

    [Fact]
    public void Decide_RegionForbidden_IsNeverWanted()
    {
        var watch = new Watch(AroundTheWorld) { Allowed = [A, C] };
        for (var hour = 0; hour < 10 * 24; hour++)
        {
            var lead = watch.Next();
            Assert.NotEqual(B, lead?.To);
            watch.Primary = lead?.To ?? watch.Primary;
        }

        Assert.True(watch.Memory!.Leads);
    }

    [Fact]
    public void Decide_NowhereAllowed_LeadsNothing()
    {
        var watch = new Watch(AroundTheWorld);
        watch.Follow(7 * 24);

        watch.Allowed = [];

        Assert.Null(watch.Next());
    }

    [Fact]
    public void Decide_SomebodyMovesTheObject_EarnsTheLeadAnew()
    {
        var watch = new Watch((hour, region) => region == (hour / 12 % 2 == 0 ? A : B) ? Busy : 0);
        watch.Follow(7 * 24);
        Assert.True(watch.Memory!.Leads);

        watch.Primary = C;

        Assert.All(Enumerable.Range(0, 48), _ => Assert.Null(watch.Next()));
    }

    [Fact]
    public void Decide_TheSameSnapshot_GivesTheSamePlanByteForByte()
    {
        var watch = new Watch(AroundTheWorld);
        watch.Follow(5 * 24);
        var snapshot = watch.Snapshot();

        Assert.Equal(Watch.Text(watch.Run(snapshot)), Watch.Text(watch.Run(JsonSerializer.Deserialize<ForesightSnapshot>(Watch.Text(snapshot))!)));
    }

    [Fact]
    public void Decide_MemoryWrittenAndReadBack_DecidesAsBefore()
    {
        var (kept, stored) = (new Watch(AroundTheWorld), new Watch(AroundTheWorld));
        for (var hour = 0; hour < 7 * 24; hour++)
        {
            Assert.Equal(kept.Next()?.Reason, stored.Next()?.Reason);
            stored.Memory = JsonSerializer.Deserialize<ForesightMemory>(Watch.Text(stored.Memory));
            stored.Profiles = JsonSerializer.Deserialize<ReadOnlyMemory<byte>>(Watch.Text(stored.Profiles));
        }

        Assert.True(kept.Memory!.Leads);
    }

    [Fact]
    public void Decide_WithinTheSameHour_ChangesNothing()
    {
        var watch = new Watch(AroundTheWorld);
        watch.Follow(7 * 24);
        Assert.NotNull(watch.Next());

        var again = watch.Run();

        Assert.Equal(Watch.Text(watch.Memory), Watch.Text(again.Memories.Single()));
        Assert.Empty(again.Leads);
    }

    [Fact]
    public void Decide_AnEarlierHourThanLearned_GoesOnWhereItWas()
    {
        var watch = new Watch(AroundTheWorld);
        watch.Follow(3 * 24);
        var snapshot = watch.Snapshot();

        watch.Memory = watch.Run(snapshot with { LastHour = snapshot.LastHour - 2 }).Memories.Single();

        Assert.Equal(snapshot.LastHour, watch.Memory.LastHour);
        watch.Next();
        Assert.Equal(snapshot.LastHour + 1, watch.Memory!.LastHour);
    }

    [Fact]
    public void Decide_OtherRegionsOrAnotherVersion_StartsOver()
    {
        var watch = new Watch(AroundTheWorld);
        watch.Follow(7 * 24);

        watch.Memory = watch.Memory! with { Regions = [A, B] };
        watch.Profiles = new byte[64];

        Assert.Null(watch.Next());
        Assert.Equal(DemandViews.Count, watch.Memory!.Views.Shadows.Length);
        Assert.False(watch.Memory.Leads);
    }

    private static RegionId Awake(int hour) => Regions[hour / 8 % 3].Id;

    private static long AroundTheWorld(int hour, RegionId region) => region == Awake(hour) ? Busy : 10;
}
