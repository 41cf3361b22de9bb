using System.Text.Json.Nodes;
using Idp.Core;
using Idp.Core.Telemetry;
using Idp.Storage;
using Idp.Testing.Planes;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Idp.Api.Tests;

/// <summary>What the controllers without an actuator say, from the loop's own activities to the API.</summary>
public sealed class AdviceTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private static readonly LoopTick Hourly = new(LoopKind.Strategic, "loop/strategic-advice");
    private static readonly string[] Keys = ["cold", "shop-1", "shop-2"];

    private readonly PlaneFixture _plane = new(postgres, temporal);
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        await _plane.AdoptAsync(Keys);
        await _plane.Catalog.UpdateSizesAsync([(Object("cold"), 2_000_000_000_000, 1_000_000_000)], Cancelled);
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Advise_ATargetThatOneCopyMisses_AsksForReplicasWithTheArithmetic()
    {
        var dataset = Assert.Single(await _plane.Catalog.ListDatasetsAsync(Cancelled));
        await _plane.Catalog.ApplyDatasetAsync(
            dataset with { Document = PlaneFixture.Declaration + "\n    availability:\n      target_uptime: 0.9999\n" }, Cancelled);
        using var host = new LoopHost(_plane, _clock);

        await HourAsync(host);
        var asked = (await AdviceAsync())[0]!;

        Assert.Equal(("AddReplica", "eu-west-1", 3, true), ((string)asked["kind"]!, (string)asked["to"]!, (int)asked["objects"]!, (bool)asked["isForced"]!));
        Assert.Contains(asked["arithmetic"]!.AsArray(), line => ((string)line!).Contains("target 99.99", StringComparison.Ordinal));
        Assert.Empty(await new MigrationLog(_plane.Control).ListOpenAsync(Cancelled)); // Nobody carries it out.
    }

    [Fact]
    public async Task Advise_ColdDataAndAPriceFile_ProposesAColderTierOnceThatHasLasted()
    {
        var prices = Path.Combine(_plane.Home, "prices.csv");
        await File.WriteAllTextAsync(prices, "effective_from,region,item,unit,amount\n2026-01-01,*,storage/hot,gb-month,0.1\n2026-01-01,*,storage/warm,gb-month,0.01\n", Cancelled);
        _plane.Settings["Controllers:Cost:PricesFile"] = prices;
        _plane.Settings["Controllers:Replication:DurabilityMinimum"] = "1";
        using var host = new LoopHost(_plane, _clock);
        await HourAsync(host);

        Assert.DoesNotContain(await AdviceAsync(), IsOfTiers);
        for (var day = 0; day < 9; day++)
        {
            _clock.Advance(TimeSpan.FromDays(1));
            await HourAsync(host);
        }

        var tier = Assert.Single(await AdviceAsync(), IsOfTiers)!;
        Assert.Equal(("ChangeTier", "Warm", "users/cold", 1), ((string)tier["kind"]!, (string)tier["tier"]!, (string)tier["example"]!, (int)tier["objects"]!));
    }

    [Fact]
    public async Task Advise_ItsAnswerWasLost_TheNextAttemptRemembersTheSame()
    {
        var dataset = Assert.Single(await _plane.Catalog.ListDatasetsAsync(Cancelled));
        await _plane.Catalog.ApplyDatasetAsync(
            dataset with { Document = PlaneFixture.Declaration + "\n    consistency:\n      level: eventual\n" }, Cancelled);
        _plane.Settings["Controllers:Replication:DurabilityMinimum"] = "1";
        using var host = new LoopHost(_plane, _clock);
        await HourAsync(host, PlaneFixture.West);
        await HourAsync(host, PlaneFixture.West);

        _clock.Advance(TimeSpan.FromHours(1));
        await host.RunAsync(async loop =>
        {
            var step = new ProposeStep(Hourly, (await loop.CollectAsync(Hourly)).SnapshotId);
            await loop.AdviseAsync(step);
            var once = await MemoryAsync();
            await loop.AdviseAsync(step);

            Assert.Equal(once, await MemoryAsync());
            Assert.Contains(once.Values, memory => memory.Contains("\"HeldLoops\":3", StringComparison.Ordinal));
        });

        Task<IReadOnlyDictionary<ObjectId, string>> MemoryAsync() => new MemoryStore(_plane.Control).ReadAllAsync("replication", Cancelled);
    }

    [Fact]
    public async Task Advice_BeforeALoopHasRunOrSwitchedOff_IsEmpty()
    {
        _plane.Settings["Controllers:Advice:IsEnabled"] = "false";
        using var host = new LoopHost(_plane, _clock);

        await HourAsync(host);

        Assert.Empty(await AdviceAsync());
    }

    private static bool IsOfTiers(JsonNode? advice) => (string)advice!["controller"]! == "tiering";

    private async Task<JsonArray> AdviceAsync()
    {
        await using var api = await ApiHost.StartAsync(_plane);
        return (await api.GetJsonAsync("advice"))["items"]!.AsArray();
    }

    private async Task HourAsync(LoopHost host, RegionId? caller = null)
    {
        var hour = _clock.GetUtcNow();
        await new TelemetryStore(_plane.Control).AppendAsync(
            new TelemetryBatch(
                Guid.NewGuid(),
                PlaneFixture.West,
                [.. Keys.Skip(1).Select(key => new AccessMinute(hour.AddMinutes(59), Object(key), caller ?? PlaneFixture.East, caller is null ? 100 : 100_000, 1, 0, new LatencySketch()))]),
            Cancelled);
        _clock.Advance(TimeSpan.FromHours(1));
        await host.AdviseAsync(Hourly);
    }

    private static ObjectId Object(string key) => new(PlaneFixture.Users, key);
}
