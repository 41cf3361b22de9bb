using System.Collections.Immutable;
using System.Text.Json;
using System.Xml.Linq;
using Idp.Advise.Fleets;
using Idp.Advise.Html;
using Idp.Advise.Reports;
using Idp.Core;
using Idp.Policies;
using Idp.Policies.Intents;
using Idp.Simulation;

namespace Idp.Advise.Tests;

public sealed class ReportTests
{
    private static readonly Lazy<AdviseReport> Office = new(() => Report(A.OfficeDays()));

    [Fact]
    public void Report_Totals_AgreeWithEachOther()
    {
        var report = Office.Value;

        Assert.Equal(report.Static.TotalUsd - report.Plane.TotalUsd, report.Saved.Usd, 5);
        Assert.Equal(report.Static.TotalUsd, report.Objects.ReplayedStaticUsd, 5);
        Assert.Equal(report.Plane.TotalUsd, report.Objects.ReplayedPlaneUsd, 5);
        Assert.Equal(report.Static.TotalUsd, report.Days.Sum(day => day.StaticUsd), 5);
        Assert.Equal(report.Plane.TotalUsd, report.Days.Sum(day => day.PlaneUsd), 5);
        Assert.Equal(report.Saved.Usd, report.Moves.Sum(move => move.SavedUsd), 5);
        Assert.Equal(report.Changes.Copies, report.Days.Sum(day => day.Copies));
        Assert.All((PlacementCost[])[report.Static, report.Plane, report.BestSingle, report.BestStanding], cost =>
            Assert.Equal(cost.TotalUsd, cost.LatencyUsd + cost.StorageUsd + cost.EgressUsd + cost.ChangeUsd, 5));
    }

    [Fact]
    public void Report_Bounds_AreInOrder()
    {
        var report = Office.Value;

        Assert.True(report.ClairvoyantUsd <= report.BestStanding.TotalUsd);
        Assert.True(report.BestStanding.TotalUsd <= report.BestSingle.TotalUsd);
        Assert.True(report.BestSingle.TotalUsd <= report.Static.TotalUsd);
        Assert.True(report.ClairvoyantUsd <= report.Plane.TotalUsd);
    }

    [Fact]
    public void Report_OfASample_KeepsTheOrderOfItsBounds()
    {
        var log = A.OfficeDays(objects: 24, days: 2);
        var report = new AdviseReporter(log, A.Fleet(log), Rules.None, new Assumptions()).Report(objects: 2, [], progress: null, TestContext.Current.CancellationToken);

        Assert.Equal((24, 2), (report.Objects.All, report.Objects.Replayed));
        Assert.True(report.ClairvoyantUsd <= report.BestStanding.TotalUsd);
        Assert.Equal(report.Static.TotalUsd - report.Plane.TotalUsd, report.Saved.Usd, 5);
    }

    [Fact]
    public void Report_Again_IsTheSameByteForByte()
    {
        var again = Report(A.OfficeDays());

        Assert.Equal(JsonSerializer.Serialize(Office.Value), JsonSerializer.Serialize(again));
        Assert.Equal(AdvisePage.Write(Office.Value), AdvisePage.Write(again));
    }

    [Fact]
    public void Report_BreakEven_IsWhereNothingIsSaved()
    {
        var even = Office.Value.Saved.BreakEvenUsdPerOperation!.Value;

        Assert.InRange(even, 0.000_001m, 0.01m);
    }

    [Fact]
    public void Report_ForbiddenRegions_AreConflictsAndNeverChosen()
    {
        var rules = new Rules(
            ImmutableSortedDictionary<string, DataObject>.Empty.Add("users", Intent("users", "personal_data", "EU")),
            PolicyCatalog.Shipped(SampleData.RoundTrips().Regions).Snapshot,
            DateTimeOffset.UnixEpoch);
        var report = Report(A.OfficeDays(objects: 2, days: 4), rules, RegionId.Parse("us-east-1"));

        var there = report.Conflicts[0];
        Assert.Equal((ConflictKind.PlacedWhereForbidden, "us-east-1", "GDPR-EU-Residency", 2), (there.Kind, there.Region, there.Policy, there.Objects));
        Assert.Contains(report.Conflicts, conflict => conflict is { Kind: ConflictKind.DemandedWhereForbidden, Region: "ap-northeast-1" });
        Assert.DoesNotContain(report.Conflicts, conflict => conflict.Region == "eu-central-1");
        Assert.All(report.Moves, move => Assert.DoesNotContain("us-east-1", move.To, StringComparison.Ordinal));
        Assert.All(report.Moves, move => Assert.Contains("eu-", move.To, StringComparison.Ordinal));
    }

    [Fact]
    public void Report_WithoutIntents_LooksForNoConflicts() => Assert.Empty(Office.Value.Conflicts);

    [Fact]
    public void Page_IsWellFormedAndStandsForItself()
    {
        var html = AdvisePage.Write(Office.Value);

        var page = XDocument.Parse(html["<!DOCTYPE html>\n".Length..]);
        Assert.Equal(4, page.Descendants("svg").Count());
        Assert.Empty(page.Descendants("script"));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "src" or "href" or "onload" or "onclick");
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.True(html.Length < 200_000, $"{html.Length} characters");
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("]]>&amp;'\u2028\ufffe")]
    public void Page_HostileNames_StayText(string name)
    {
        var csv = string.Concat(Enumerable.Range(0, 96).Select(hour => $"{1_767_571_200 + (hour * 3600)},{(hour < 6 ? "us-east-1" : "ap-south-1")},\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{(hour < 6 ? "put" : "get")},500\n"));
        var report = Report(A.Csv("time,region,user,op,count\n" + csv), home: RegionId.Parse("us-east-1"));
        var hostile = report with { Log = report.Log with { Source = name, BadExamples = [name], BadRows = 1, UnknownRegions = [new Traces.RegionRows(name, 1)] } };

        var html = AdvisePage.Write(hostile);
        var page = XDocument.Parse(html["<!DOCTYPE html>\n".Length..]);
        Assert.Empty(page.Descendants("script"));
        Assert.Empty(page.Descendants("img"));
        Assert.Contains(page.Descendants("td"), cell => cell.Value == name.Replace('\ufffe', '\ufffd'));
    }

    [Fact]
    public void Page_OneQuietDay_IsDrawnToo()
    {
        var report = Report(A.Csv("time,region,user,op\n1772366400,eu-west-1,a,get\n"));

        Assert.Equal((0m, "the log is too short for an interval: less than three days"), (report.Saved.Usd, report.Saved.Interval));
        Assert.NotNull(XDocument.Parse(AdvisePage.Write(report)["<!DOCTYPE html>\n".Length..]).Root);
    }

    internal static DataObject Intent(string name, string classification, string? userRegion, decimal? budget = null) => new()
    {
        Name = DatasetId.Parse(name),
        Requirements = new DataObjectRequirements
        {
            Compliance = new ComplianceRequirement { DataClassification = classification, UserRegion = userRegion },
            Cost = budget is null ? null : new CostRequirement { BudgetUsdPerDay = budget },
        },
    };

    private static AdviseReport Report(Traces.DemandLog log, Rules? rules = null, RegionId? home = null) =>
        new AdviseReporter(log, A.Fleet(log, home, rules), rules ?? Rules.None, new Assumptions()).Report(objects: null, ["A fact."], progress: null, TestContext.Current.CancellationToken);
}
