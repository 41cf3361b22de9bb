using System.Collections.Immutable;
using Idp.Advise.Fleets;
using Idp.Advise.WhatIfs;
using Idp.Core;
using Idp.Core.Planning;
using Idp.Policies;
using Idp.Policies.Intents;
using Idp.Policies.Rules;

namespace Idp.Advise.Tests;

public sealed class WhatIfTests
{
    private static readonly Lazy<Traces.DemandLog> Log = new(() => A.OfficeDays(objects: 6, days: 3));

    [Fact]
    public void Compare_StorageDearer_KeepsFewerCopies()
    {
        var report = Compare(new WhatIfChange { Prices = [new PriceChange(null, "storage/hot", 3_000, IsFactor: true)] });

        Assert.True(report.After.Copies < report.Before.Copies, $"{report.Before.Copies} to {report.After.Copies}");
        Assert.True(report.After.TotalUsdPerDay > report.Before.TotalUsdPerDay);
        Assert.Equal(["storage/hot everywhere times 3000"], report.Changes);
    }

    [Fact]
    public void Compare_OneRegionsEgressFree_ChangesNoOtherPrice()
    {
        var market = ChangedMarket.Of(A.Market, new WhatIfChange { Prices = [new PriceChange(RegionId.Parse("us-east-1"), "egress/region", 0, IsFactor: false)] });

        Assert.Equal(0, market.Regions[0].Prices.EgressUsdPerGb);
        Assert.Equal(A.Market.Regions.Skip(1), market.Regions.Skip(1));
    }

    [Fact]
    public void Compare_TightBudget_IsKeptAtTheLeastLossOfValue()
    {
        var paid = Compare(new WhatIfChange()).Before is var free ? free.StorageUsdPerDay + free.EgressUsdPerDay : 0;
        var half = Compare(Budget(paid * 0.7m));
        var loose = Compare(Budget(paid * 2));

        Assert.True(half.After.StorageUsdPerDay + half.After.EgressUsdPerDay <= paid * 0.7m);
        Assert.True(half.After.TotalUsdPerDay > half.Before.TotalUsdPerDay);
        Assert.Equal((0, loose.Before), (loose.ChangedObjects, loose.After));
        Assert.Empty(half.UnmetBudgets);
    }

    [Fact]
    public void Compare_ImpossibleBudget_SaysWhatTheLeastIs()
    {
        var report = Compare(Budget(0.000_000_1m));

        Assert.Equal("*", report.UnmetBudgets.Single().Key);
        Assert.Equal(report.UnmetBudgets["*"], decimal.Round(report.After.StorageUsdPerDay + report.After.EgressUsdPerDay, 4));
    }

    [Fact]
    public void Compare_MoreBudget_NeverWorsensTheValue()
    {
        var totals = Enumerable.Range(1, 8).Select(step => Compare(Budget(0.002m * step)).After.TotalUsdPerDay).ToArray();

        Assert.Equal(totals.OrderDescending(), totals);
    }

    [Fact]
    public void Compare_NewPolicy_MovesWhatItForbids()
    {
        var policy = new Policy
        {
            Name = "no-japan",
            AppliesTo = new PolicyScope(),
            Requirements = new PolicyRequirements
            {
                PrimaryLocation = new LocationRule { ProhibitedRegions = [RegionGlob.Parse("ap-northeast-*")] },
                Replication = new LocationRule { ProhibitedRegions = [RegionGlob.Parse("ap-northeast-*")] },
            },
            Enforcement = Enforcement.Hard,
        };
        var report = Compare(new WhatIfChange { Policies = [policy] });

        Assert.Contains(report.Moved, entry => entry.From.Contains("ap-northeast-1", StringComparison.Ordinal));
        Assert.All(report.Moved, entry => Assert.DoesNotContain("ap-northeast-1", entry.To, StringComparison.Ordinal));
        Assert.True(report.After.MeanMs > report.Before.MeanMs);
    }

    [Fact]
    public void Compare_LostRegion_IsNowhereAndItsCallersWaitLonger()
    {
        var report = Compare(new WhatIfChange { LostRegions = A.Regions("us-east-1") });

        Assert.NotEqual(0, report.ChangedObjects);
        Assert.All(report.Moved, entry => Assert.DoesNotContain("us-east-1", entry.To, StringComparison.Ordinal));
        Assert.True(report.After.MeanMs > report.Before.MeanMs);
        Assert.True(report.CopiesUsd > 0);
    }

    [Fact]
    public void Compare_AddedRegion_BringsDataNearer()
    {
        var market = A.Market with { Stores = SiteSet.Of(0, 4) };
        var report = Compare(new WhatIfChange { AddedRegions = [new AddedRegion(RegionId.Parse("ap-northeast-1"), null)] }, market);

        Assert.True(report.After.TotalUsdPerDay < report.Before.TotalUsdPerDay);
        Assert.True(report.After.MeanMs < report.Before.MeanMs);
        Assert.Contains(report.Routes, route => route.To.Contains("ap-northeast-1", StringComparison.Ordinal));
    }

    [Fact]
    public void Compare_AddedRegionLikeAnother_HasItsRoundTripsAndPrices()
    {
        var market = ChangedMarket.Of(A.Market, new WhatIfChange { AddedRegions = [new AddedRegion(RegionId.Parse("me-south-1"), RegionId.Parse("eu-central-1"))] });

        Assert.Equal(10, market.Stores.Count);
        Assert.Equal(A.Market.Regions[4].Prices, market.Regions[9].Prices);
        Assert.Equal(A.Market.RoundTrips[RegionId.Parse("us-east-1"), RegionId.Parse("eu-central-1")], market.RoundTrips[RegionId.Parse("us-east-1"), RegionId.Parse("me-south-1")]);
    }

    [Fact]
    public void Compare_Nothing_ChangesNothing()
    {
        var report = Compare(new WhatIfChange());

        Assert.Equal((0, 0m, report.Before), (report.ChangedObjects, report.CopiesUsd, report.After));
    }

    [Theory]
    [InlineData("mars-1", null, "'mars-1' is not one of us-east-1")]
    [InlineData(null, "mars-1", "Nothing is known of 'mars-1'")]
    [InlineData(null, "us-east-1", "'us-east-1' has stores already")]
    public void Of_UnknownRegion_IsNamed(string? lost, string? added, string expected)
    {
        var change = new WhatIfChange
        {
            LostRegions = lost is null ? [] : A.Regions(lost),
            AddedRegions = added is null ? [] : [new AddedRegion(RegionId.Parse(added), null)],
        };

        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => ChangedMarket.Of(A.Market, change)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_IntentsBudget_HoldsBeforeToo()
    {
        var rules = new Rules(ImmutableSortedDictionary<string, DataObject>.Empty.Add("users", ReportTests.Intent("users", "x", null, budget: 0.005m)), null, DateTimeOffset.UnixEpoch);
        var report = new WhatIf(Log.Value, A.Market, new Assumptions(), rules, null).Compare(new WhatIfChange(), TestContext.Current.CancellationToken);

        Assert.True(report.Before.StorageUsdPerDay + report.Before.EgressUsdPerDay <= 0.005m || !report.UnmetBudgets.IsEmpty);
        Assert.Equal(report.Before, report.After);
    }

    private static WhatIfChange Budget(decimal usdPerDay) =>
        new() { BudgetsUsdPerDay = ImmutableSortedDictionary<string, decimal>.Empty.Add("*", usdPerDay) };

    private static WhatIfReport Compare(WhatIfChange change, Market? market = null) =>
        new WhatIf(Log.Value, market ?? A.Market, new Assumptions(), Rules.None, null).Compare(change, TestContext.Current.CancellationToken);
}
