using Idp.Core.Controllers.Tiering;
using Idp.Core.Prices;
using Idp.Core.Tests.Value;

namespace Idp.Core.Tests.Controllers.Tiering;

public sealed class TieringOptionsTests
{
    public static TheoryData<string, Action<TieringOptions>> Faults => new()
    {
        { nameof(TieringOptions.HalfLife), options => options.HalfLife = TimeSpan.Zero },
        { nameof(TieringOptions.Band), options => options.Band = 0.9 },
        { nameof(TieringOptions.PriorAccesses), options => options.PriorAccesses = -1 },
        { nameof(TieringOptions.MinObservation), options => options.MinObservation = TimeSpan.FromDays(366) },
        { nameof(TieringOptions.DemoteAfter), options => options.DemoteAfter = TimeSpan.FromDays(91) },
        { nameof(TieringOptions.ReversalWindow), options => options.ReversalWindow = TimeSpan.Zero },
        { nameof(TieringOptions.CoolDown), options => options.CoolDown = TimeSpan.FromDays(31) },
        { nameof(TieringOptions.PaybackHorizon), options => options.PaybackHorizon = TimeSpan.Zero },
        { nameof(TieringOptions.MinPayback), options => options.MinPayback = 0.5 },
        { nameof(TieringOptions.ChangeOverheadUsd), options => options.ChangeOverheadUsd = -1 },
        { nameof(TieringOptions.LowTrafficShare), options => options.LowTrafficShare = 0 },
        { nameof(TieringOptions.MaxChangesPerRun), options => options.MaxChangesPerRun = 0 },
        { nameof(TieringOptions.Profiles), options => options.Profiles[StorageTier.Cold].RecallMs = -1 },
        { nameof(TieringOptions.Profiles), options => options.Profiles[StorageTier.Warm].SizeRatio = 0 },
    };

    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(OptionErrors.Of(new TieringOptions()));

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Validate_OneRuleBroken_NamesTheOption(string name, Action<TieringOptions> fault)
    {
        var options = new TieringOptions();
        fault(options);

        Assert.Contains(name, Assert.Single(OptionErrors.Of(options)).MemberNames);
    }

    [Fact]
    public void Of_PriceListWithoutMemory_OffersTheTiersItHasPricesFor()
    {
        var book = PriceFile.Read(new StringReader(
            $"{PriceFile.Header}\n2023-01-01,a,storage/hot,gb-month,0.08\n2023-01-01,a,storage/cold,gb-month,0.0125\n2023-01-01,*,retrieval/cold,gb,0.01\n2023-01-01,*,minimum-duration/cold,days,30\n2023-01-01,*,requests/put,1k,0.005\n")).Book!;

        var tiers = RegionTiers.Of(RegionId.Parse("a"), book.At(new DateOnly(2026, 1, 1)), new TieringOptions()).Tiers;

        Assert.Equal(
            [
                new TierTerms(StorageTier.Hot, 0.08m, 0, 0, TimeSpan.Zero, 2, 1),
                new TierTerms(StorageTier.Cold, 0.0125m, 0.01m, 0.000_005m, TimeSpan.FromDays(30), 150, 0.3),
            ],
            tiers);
    }
}
