using System.Collections.Immutable;
using Idp.Core.Planning;
using static Idp.Core.Tests.Planning.PlanningWorld;

namespace Idp.Core.Tests.Planning;

public sealed class ViewLedgerTests
{
    private const int Week = 168;

    private static readonly Layout East = Layout.Single(0);
    private static readonly DemandWindow InEast = Writes(region: 0, Week);
    private static readonly DemandWindow InWest = Writes(region: 2, Week);

    private readonly ViewLedger _ledger = new(new PlannerOptions());
    private readonly HorizonProgram _program = new(new LayoutSpace(Triangle(), SiteSet.FirstOf(3)));

    [Fact]
    public void Weights_NothingHasCostAnything_AreAlike() =>
        Assert.Equal([0.5, 0.5], _ledger.Weights(ViewMemory.StartAt(East, views: 2)));

    [Fact]
    public void Weights_OneViewCostATenthMore_WeighsAboutHalf()
    {
        var weights = _ledger.Weights(new ViewMemory([East, East], [1.0, 1.1]));

        Assert.Equal(Math.Pow(1.1, -8), weights[1] / weights[0], 12);
        Assert.Equal(1, weights.Sum(), 12);
    }

    [Fact]
    public void Follow_ViewThatIsWrong_PaysForHalfOfItsChangeAndEveryHourAfter()
    {
        var memory = ViewLedger.Follow(ViewMemory.StartAt(East, views: 2), _program, [InEast, InWest], sizeGb: 0.01);

        Assert.Equal(East, memory.Shadows[0]);
        Assert.Equal(2, memory.Shadows[1].Primary);
        Assert.Equal(0, memory.CostUsd[0]);
        Assert.Equal(Triangle().ChangeUsd(East, memory.Shadows[1], 0.01) / 2, memory.CostUsd[1], 12);

        var hour = Writes(region: 0, 1);
        var later = _ledger.Charge(memory, Triangle(), hour, sizeGb: 0.01);

        Assert.Equal(PlanCost.OfHour(Triangle(), hour, 0, East, 0.01).TotalUsd, later.CostUsd[0], 12);
        Assert.True(_ledger.Weights(later)[0] > 0.99);
    }

    [Fact]
    public void Charge_OldCosts_FadeWithTheHalfLife()
    {
        var memory = new ViewMemory([East], [1.0]);
        var nothing = Window(1, (_, _) => 0, (_, _) => 0);

        for (var hour = 0; hour < 72; hour++)
        {
            memory = _ledger.Charge(memory, Triangle(), nothing, sizeGb: 0);
        }

        Assert.Equal(0.5, memory.CostUsd[0], 9);
    }

    [Fact]
    public void Blend_TwoViews_IsTheirWeightedMean()
    {
        var blend = ViewLedger.Blend([InEast, InWest], [0.25, 0.75]);

        Assert.Equal(Week, blend.Hours);
        Assert.Equal([250, 0, 750], blend.Writes(100).ToArray());
    }

    [Fact]
    public void Blend_ViewsOfDifferentLength_AreRefused() =>
        Assert.Throws<ArgumentException>(() => ViewLedger.Blend([InEast, InWest.Slice(0, 24)], [0.5, 0.5]));

    private static DemandWindow Writes(int region, int hours) => Window(hours, (_, _) => 0, (_, from) => from == region ? 1_000 : 0);
}
