using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Telemetry;
using Idp.Embedded;
using Idp.Storage;
using Idp.Storage.Regions;
using Idp.Testing.Planes;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Idp.Api.Tests;

/// <summary>How busy servers are, from the loop's own activities to what operators see and are advised.</summary>
public sealed class LoadTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private static readonly LoopTick Minutely = new(LoopKind.Urgent, "loop/urgent-load");
    private static readonly LoopTick Hourly = new(LoopKind.Strategic, "loop/strategic-load");
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly ObjectId Shop = ObjectId.Parse("users/shop");

    private readonly PlaneFixture _plane = new(postgres, temporal);
    private readonly FakeTimeProvider _clock = new(Start);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        await _plane.AdoptAsync(Shop.Key);
        _plane.Settings["Sensors:Load:Samples"] = "2";
        _plane.Settings["Sensors:Load:Every"] = "00:00:00.010";
        foreach (var (index, region) in new[] { PlaneFixture.East, PlaneFixture.West }.Index())
        {
            _plane.Settings[$"Controllers:Cost:Pools:{index}:Region"] = region.Value;
            _plane.Settings[$"Controllers:Cost:Pools:{index}:InstanceType"] = "db.r6g.large";
            _plane.Settings[$"Controllers:Cost:Pools:{index}:Vcpus"] = "10";
        }
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Sense_ADeadRegion_StaysUnknownAndHidesNoOther()
    {
        KillWest();
        using var host = new LoopHost(_plane, _clock);

        await host.RunAsync(loop => loop.SenseLoadAsync(Minutely));
        await host.RunAsync(loop => loop.SenseLoadAsync(Minutely)); // The same minute again.
        _clock.Advance(TimeSpan.FromMinutes(1));
        await host.RunAsync(loop => loop.SenseLoadAsync(Minutely));

        var hour = Assert.Single(await new LoadLog(_plane.Control).ReadAsync(Start, Start.AddHours(1), Cancelled));
        Assert.Equal((PlaneFixture.East, Start, 2, 400), (hour.Region, hour.Hour, hour.Minutes, hour.MaxConnections));
        Assert.True(hour.Connections >= 1 && hour.Sessions >= 0);
    }

    [Fact]
    public async Task Sense_TurnedOff_AsksNobody()
    {
        _plane.Settings["Sensors:Load:IsEnabled"] = "false";
        using var host = new LoopHost(_plane, _clock);

        await host.RunAsync(loop => loop.SenseLoadAsync(Minutely));

        Assert.Empty(await new LoadLog(_plane.Control).ReadAsync(Start, Start.AddHours(1), Cancelled));
    }

    [Fact]
    public async Task Account_AWeekOfMeasuredHours_AdvisesWithTheEvidence()
    {
        await RecordAsync(PlaneFixture.East, day: 2, night: 0.3, days: 7);
        await RecordAsync(PlaneFixture.West, day: 0.5, night: 0.5, days: 7);

        var suggestions = await AccountAsync();

        Assert.Equal(
            [
                "ScaleCompute db.r6g.large in us-east-1: peak 20 %: 10 → 3 vCPU × $0.05 × 720 h = $252.00/month; measured in 168 h: 1.15 sessions in the mean, 2.5 in the busiest minute",
                "ScheduledScaling db.r6g.large in us-east-1: 12 h from 00:00 UTC × 80 % × $0.50/h = $4.80/day; traffic is 85 % lower then; measured in 168 h: 1.15 sessions in the mean, 2.5 in the busiest minute",
                "ShiftCompute db.r6g.large in us-east-1: 8 of 10 vCPU fit into idle capacity in eu-west-1 at every hour: × $0.05 × 720 h = $288.00/month; measured in 168 h: 1.15 sessions in the mean, 2.5 in the busiest minute",
            ],
            suggestions.Where(found => found.Contains("us-east-1:", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains(suggestions, found => found.StartsWith("ScaleCompute db.r6g.large in eu-west-1: peak 5 %: 10 → 2 vCPU", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Account_ARegionThatWasSilentForAnHour_IsNotAdvisedOn()
    {
        await RecordAsync(PlaneFixture.East, day: 2, night: 0.3, days: 7, silent: Start.AddDays(-3).AddHours(4));
        await RecordAsync(PlaneFixture.West, day: 0.5, night: 0.5, days: 6);

        Assert.Empty(await AccountAsync());
    }

    [Fact]
    public async Task Regions_Measured_AreShownWithTheirLoad()
    {
        var now = TimeProvider.System.GetUtcNow();
        await new LoadLog(_plane.Control).AddAsync([new LoadMinute(PlaneFixture.East, now, 2.5, 1, 12, 400, 30)], Cancelled);
        await using var api = await ApiHost.StartAsync(_plane);

        var regions = (await api.GetJsonAsync("regions"))["items"]!;

        var (west, east) = (regions[0]!, regions[1]!);
        Assert.Equal(("eu-west-1", "us-east-1", 0.05m), ((string)west["id"]!, (string)east["id"]!, (decimal)east["prices"]!["vcpuUsdPerHour"]!));
        Assert.Null(west["load"]);
        var load = east["load"]!;
        Assert.Equal((1, 2.5, 1.0, 10m, 0.25), ((int)load["minutes"]!, (double)load["sessions"]!, (double)load["running"]!, (decimal)load["vcpus"]!, (double)load["utilization"]!));
        Assert.Equal((1.0, 30.0, 12, 400), ((double)load["peakRunning"]!, (double)load["transactionsPerSecond"]!, (int)load["connections"]!, (int)load["maxConnections"]!));
    }

    /// <summary>Half an hour of minutes in each hour; by day one of them is busier.</summary>
    private async Task RecordAsync(RegionId region, double day, double night, int days, DateTimeOffset? silent = null)
    {
        var log = new LoadLog(_plane.Control);
        for (var hour = Start.AddDays(-days); hour < Start; hour = hour.AddHours(1))
        {
            if (hour != silent)
            {
                var mean = hour.Hour < 12 ? night : day;
                await log.AddAsync(
                    [.. Enumerable.Range(0, 30).Select(minute => new LoadMinute(region, hour.AddMinutes(2 * minute), hour.Hour < 12 ? mean : mean + Bump(minute), mean / 2, 9, 400, 1))],
                    Cancelled);
            }
        }

        double Bump(int minute) => day < 1 ? 0 : minute switch { 7 => 0.5, 8 => -0.5, _ => 0 };
    }

    private async Task<string[]> AccountAsync()
    {
        await new TelemetryStore(_plane.Control).AppendAsync(
            new TelemetryBatch(
                Guid.NewGuid(),
                PlaneFixture.West,
                [.. new[] { 0, 59 }.Select(minute => new AccessMinute(Start.AddMinutes(minute), Shop, PlaneFixture.East, 1_000, 0, 0, new LatencySketch()))]),
            Cancelled);
        _clock.Advance(TimeSpan.FromHours(1));
        using var host = new LoopHost(_plane, _clock);
        await host.RunAsync(async loop => await loop.AccountAsync(new ProposeStep(Hourly, (await loop.CollectAsync(Hourly)).SnapshotId)));
        await using var api = await ApiHost.StartAsync(_plane);
        return [.. (await api.GetJsonAsync("spend"))["suggestions"]!.AsArray().Select(found => $"{found!["kind"]} {found["subject"]}: {found["reason"]}")];
    }

    private void KillWest()
    {
        var port = FreePort.Next();
        var file = _plane.Settings["Idp:RegionsFile"]!;
        RegionEndpoint.WriteFile(
            file,
            [.. RegionEndpoint.ReadFile(file).Select(endpoint => endpoint.Region.Id == PlaneFixture.West ? endpoint with { ConnectionString = $"Host=127.0.0.1;Port={port};Username=x;Password=x" } : endpoint)]);
    }
}
