using System.Globalization;
using System.Net;
using Idp.Core;
using Idp.Core.Controllers.Cost;
using Idp.Core.Telemetry;
using Idp.Storage;
using Idp.Testing.Planes;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Idp.Api.Tests;

/// <summary>What hours of telemetry cost, from the loop's own activities to the API.</summary>
public sealed class SpendTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private const decimal UsdPerHour = 0.54m; // 2 GB of answers to the west × $0.02, and 10 vCPU × $0.05.

    private static readonly ObjectId Shop = ObjectId.Parse("users/shop");
    private static readonly LoopTick Hourly = new(LoopKind.Strategic, "loop/strategic-spend");
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly PlaneFixture _plane = new(postgres, temporal);
    private readonly FakeTimeProvider _clock = new(Start);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        await _plane.AdoptAsync(Shop.Key);
        _plane.Settings["Controllers:Placement:AnswerBytes"] = "1000000";
        _plane.Settings["Controllers:Cost:Pools:0:Region"] = "us-east-1";
        _plane.Settings["Controllers:Cost:Pools:0:InstanceType"] = "db.r6g.large";
        _plane.Settings["Controllers:Cost:Pools:0:Vcpus"] = "10";
        _plane.Settings["Value:Services:checkout:Datasets:0"] = "users";
        _plane.Settings["Value:Services:checkout:BudgetUsdPerDay"] = "10";
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Account_HourByHour_MetersEachOnceAndWatchesTheBudget()
    {
        using var host = new LoopHost(_plane, _clock);
        for (var hour = 0; hour < 30; hour++)
        {
            await HourAsync(host);
        }

        await AccountAsync(host); // The same hour again.
        await using var api = await ApiHost.StartAsync(_plane);
        var spend = await api.GetJsonAsync("spend");
        using var answer = await api.Http.GetAsync(new Uri("/api/v1/spend/focus?from=2026-03-02&to=2026-03-04", UriKind.Relative), Cancelled);
        var csv = (await answer.Content.ReadAsStringAsync(Cancelled)).TrimEnd('\n').Split('\n');
        var alert = Assert.Single(await new AlertLog(_plane.Control).ListAsync(onlyOpen: true, 10, Cancelled));

        Assert.Equal(24 * UsdPerHour, (decimal)spend["report"]!["totalUsd"]!);
        Assert.Equal(("Page", 12.96m), ((string)spend["budgets"]![0]!["level"]!, (decimal)spend["budgets"]![0]!["runRateUsdPerDay"]!));
        Assert.Equal(("budget", "checkout", AlertSeverity.Critical), (alert.Kind, alert.Subject, alert.Severity));
        Assert.StartsWith("checkout spends $12.96/day of $10.00 (130 %", alert.Summary, StringComparison.Ordinal);
        Assert.Equal(1 + (2 * 30), csv.Length);
        Assert.Equal(30 * UsdPerHour, csv.Skip(1).Sum(line => decimal.Parse(line.Split(',')[0], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Account_AfterAPause_MetersTheHoursThatWereMissed()
    {
        using var host = new LoopHost(_plane, _clock);
        await HourAsync(host);
        _clock.Advance(TimeSpan.FromHours(5));
        await AccountAsync(host);

        // Nobody has reported the last of them, and somebody may still.
        Assert.Equal(Start.AddHours(4), await new ChargeLog(_plane.Control).LastHourAsync(Cancelled));
        var charges = await new ChargeLog(_plane.Control).ReadAsync(Start, Start.AddHours(9), Cancelled);
        Assert.Equal([1m, 1m, 0m, 0m, 0m, 0m], charges.Select(charge => charge.Utilization)); // What nobody used is idle.
        Assert.Equal(UsdPerHour + (4 * 0.5m), charges.Sum(charge => charge.CostUsd));
    }

    [Fact]
    public async Task Account_WithAPriceFile_PaysThePricesOfTheDayAndSuggestsTiers()
    {
        var prices = Path.Combine(_plane.Home, "prices.csv");
        await File.WriteAllTextAsync(
            prices,
            """
            effective_from,region,item,unit,amount
            2026-01-01,*,storage/hot,gb-month,0.072
            2026-03-03,us-east-1,storage/hot,gb-month,0.144
            2026-01-01,*,storage/warm,gb-month,0.010
            """,
            Cancelled);
        _plane.Settings["Controllers:Cost:PricesFile"] = prices;
        await _plane.Catalog.UpdateSizesAsync([(Shop, 1_000_000_000_000, 1_000_000_000)], Cancelled);
        _clock.Advance(TimeSpan.FromHours(22));
        using var host = new LoopHost(_plane, _clock);
        for (var hour = 0; hour < 4; hour++)
        {
            await HourAsync(host);
        }

        await using var api = await ApiHost.StartAsync(_plane);
        var spend = await api.GetJsonAsync("spend");
        var charges = await new ChargeLog(_plane.Control).ReadAsync(Start, Start.AddDays(2), Cancelled);

        // 1,000 GB × $0.072 ÷ 720 h, and twice as much from midnight on.
        Assert.Equal([0.1m, 0.1m, 0.2m, 0.2m], charges.Where(charge => charge.Kind is SpendKind.Storage).Select(charge => charge.CostUsd));
        Assert.Equal(("RightSizeTier", "users/shop"), ((string)spend["suggestions"]![0]!["kind"]!, (string)spend["suggestions"]![0]!["subject"]!));
    }

    [Fact]
    public void Prices_AFileWithErrors_StopsTheWorkerAndNamesThem()
    {
        var prices = Path.Combine(_plane.Home, "wrong.csv");
        File.WriteAllText(prices, "effective_from,region,item,unit,amount\n2026-01-01,*,storage/hot,tb-month,72\n");
        _plane.Settings["Controllers:Cost:PricesFile"] = prices;
        using var host = new LoopHost(_plane, _clock);

        var refused = Assert.Throws<OptionsValidationException>(host.Services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains($"Controllers:Cost:PricesFile '{prices}' cannot be used:", refused.Message, StringComparison.Ordinal);
        Assert.Contains("line 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spend_BeforeAnythingIsMeteredOrOfTooManyDays_SaysSo()
    {
        await using var api = await ApiHost.StartAsync(_plane);

        using var nothing = await api.Http.GetAsync(new Uri("/api/v1/spend", UriKind.Relative), Cancelled);
        using var year = await api.Http.GetAsync(new Uri("/api/v1/spend/focus?from=2025-01-01&to=2026-01-01", UriKind.Relative), Cancelled);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.BadRequest), (nothing.StatusCode, year.StatusCode));
        Assert.Contains("From 2025-01-01 to before 2026-01-01 are 365 days; expected 1 to 92.", await year.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    private async Task HourAsync(LoopHost host)
    {
        var hour = _clock.GetUtcNow();
        await new TelemetryStore(_plane.Control).AppendAsync(
            new TelemetryBatch(
                Guid.NewGuid(),
                PlaneFixture.West,
                [.. new[] { 0, 59 }.Select(minute => new AccessMinute(hour.AddMinutes(minute), Shop, PlaneFixture.East, 1_000, 0, 0, new LatencySketch()))]),
            Cancelled);
        _clock.Advance(TimeSpan.FromHours(1));
        await AccountAsync(host);
    }

    private static Task AccountAsync(LoopHost host) => host.RunAsync(
        async loop => await loop.AccountAsync(new ProposeStep(Hourly, (await loop.CollectAsync(Hourly)).SnapshotId)));
}
