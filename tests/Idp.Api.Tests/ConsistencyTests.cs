using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Idp.Core;
using Idp.Core.Telemetry;
using Idp.Storage;
using Idp.Testing.Planes;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Idp.Api.Tests;

/// <summary>Which operations need strong reads, from what clients tell over the loop's own activity to the API.</summary>
public sealed class ConsistencyTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private const string Ada = "ada";
    private const string Bob = "bob";

    private static readonly LoopTick Hourly = new(LoopKind.Strategic, "loop/strategic-consistency");

    private readonly PlaneFixture _plane = new(postgres, temporal);
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        await _plane.AdoptAsync("shop-1");
        await DeclareAsync("eventual");
        _plane.Settings["Controllers:Consistency:MaxHazardShare"] = "0.1"; // 30 reads prove an operation harmless.
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Operations_ReadSafelyForAWeek_AreServedNearbyUntilTheFirstHazard()
    {
        using var host = new LoopHost(_plane, _clock);
        for (var hour = 0; hour <= 7 * 24; hour++)
        {
            await HourAsync(host, Event(0, "save", Ada, isWrite: true), Event(600, "list", Bob), Event(600, "check", Bob), Event(1_201, "own", Ada), Event(1_200, "save", Ada, isWrite: true));
        }

        var near = await OperationsAsync();
        Assert.Equal("eventual", Level(near["list"]));
        Assert.Equal("eventual", Level(near["check"]));
        Assert.Equal("session", Level(near["own"]));
        Assert.Equal("strong", Level(near["save"]));
        Assert.Equal(24, (double)near["list"]["readsPerDay"]!, tolerance: 14); // Half of its weight is a week old.

        await HourAsync(host, Event(0, "save", Ada, isWrite: true), Event(1, "check", Bob), Event(600, "list", Bob));
        var after = await OperationsAsync();
        Assert.Equal(("eventual", "strong"), (Level(after["list"]), Level(after["check"])));
        Assert.Contains("1 of 1 reads came within the replicas' 5000 ms after another session's write", (string)after["check"]["reason"]!, StringComparison.Ordinal);
        Assert.Equal(1, (int)after["check"]["foreignFreshReads"]!);
    }

    [Fact]
    public async Task Operations_DeclaredStrongOrOfADatasetThatDeclaresNothing_StayStrong()
    {
        await DeclareAsync("eventual\n      strong_for_operations: [list]");
        using var host = new LoopHost(_plane, _clock);
        await HourAsync(host, Event(600, "list", Bob), Event(600, "check", Bob));

        var declared = await OperationsAsync();
        Assert.Equal(("strong", "eventual"), ((string)declared["list"]["declared"]!, (string)declared["check"]["declared"]!));

        await DeclareAsync(null);
        await HourAsync(host, Event(600, "list", Bob));
        var undeclared = await OperationsAsync();
        Assert.Null(undeclared["list"]["declared"]);
        Assert.Equal("list stays strong: users declares no consistency", (string)undeclared["list"]["reason"]!);
    }

    [Fact]
    public async Task Operations_TheSameTurnAgain_CountsNothingTwice()
    {
        using var host = new LoopHost(_plane, _clock);
        await HourAsync(host, Event(600, "list", Bob));
        var once = (double)(await OperationsAsync())["list"]["readsPerDay"]!;

        await host.AdviseAsync(Hourly);

        Assert.Equal(once, (double)(await OperationsAsync())["list"]["readsPerDay"]!);
    }

    [Fact]
    public async Task Operations_AClientThatTellsNothing_LeavesTheHourOut()
    {
        using var host = new LoopHost(_plane, _clock);
        await HourAsync(host, Event(600, "list", Bob));
        await new TelemetryStore(_plane.Control).AppendAsync(
            new TelemetryBatch(Guid.NewGuid(), PlaneFixture.East, [new AccessMinute(_clock.GetUtcNow().AddMinutes(30), Object, PlaneFixture.West, 0, 9, 0, new LatencySketch())]), Cancelled);

        await HourAsync(host, Event(600, "new", Bob));

        Assert.Equal("list", Assert.Single(await OperationsAsync()).Key);
    }

    [Theory]
    [InlineData(-1, "load", "s1", "operations.level is -1; expected 0 to 32.")]
    [InlineData(33, "load", "s1", "operations.level is 33; expected 0 to 32.")]
    [InlineData(0, "", "s1", "operations.events")]
    [InlineData(0, "load", "a\u0001b", "operations.events")]
    public async Task Telemetry_OperationsOutOfBounds_AreRefusedWhole(int level, string operation, string session, string message)
    {
        await using var api = await ApiHost.StartAsync(_plane);
        var batch = new TelemetryBatch(
            Guid.NewGuid(), PlaneFixture.East, [], new OperationSample(level, [new OperationEvent(_clock.GetUtcNow(), Object, operation, session, IsWrite: false)]));

        using var answer = await api.Http.PostAsJsonAsync("/api/v1/telemetry", batch, JsonSerializerOptions.Web, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(message, await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(OperationSample.MaxLevel, (await new TelemetryStore(_plane.Control).ReadOperationsAsync(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue.AddDays(-9), TimeSpan.Zero, 10, Cancelled)).Level);
    }

    private static ObjectId Object => new(PlaneFixture.Users, "shop-1");

    private static string Level(JsonObject operation) => (string)operation["level"]!;

    private OperationEvent Event(int second, string operation, string session, bool isWrite = false) =>
        new(_clock.GetUtcNow().AddSeconds(second), Object, operation, session, isWrite);

    private async Task DeclareAsync(string? level)
    {
        var dataset = Assert.Single(await _plane.Catalog.ListDatasetsAsync(Cancelled));
        await _plane.Catalog.ApplyDatasetAsync(
            dataset with { Document = PlaneFixture.Declaration + (level is null ? string.Empty : $"\n    consistency:\n      level: {level}\n") }, Cancelled);
    }

    private async Task<Dictionary<string, JsonObject>> OperationsAsync()
    {
        await using var api = await ApiHost.StartAsync(_plane);
        return (await api.GetJsonAsync("operations?dataset=users"))["items"]!.AsArray().Select(item => item!.AsObject()).ToDictionary(item => (string)item["operation"]!, StringComparer.Ordinal);
    }

    private async Task HourAsync(LoopHost host, params OperationEvent[] events)
    {
        var hour = _clock.GetUtcNow();
        ImmutableArray<AccessMinute> accesses =
        [
            new AccessMinute(hour, Object, PlaneFixture.East, 100, 1, 0, new LatencySketch()),
            new AccessMinute(hour.AddMinutes(59), Object, PlaneFixture.East, 100, 1, 0, new LatencySketch()),
        ];
        await new TelemetryStore(_plane.Control).AppendAsync(
            new TelemetryBatch(Guid.NewGuid(), PlaneFixture.West, accesses, new OperationSample(0, [.. events.OrderBy(operation => operation.At)])), Cancelled);
        _clock.Advance(TimeSpan.FromHours(1));
        await host.AdviseAsync(Hourly);
    }
}
