using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities.Sensors;
using Idp.Core;
using Idp.Core.Controllers.Foresight;
using Idp.Core.Decisions;
using Idp.Core.Telemetry;
using Idp.Storage;
using Idp.Testing.Planes;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Idp.Api.Tests;

/// <summary>The loop's own activities over days of telemetry, hour by hour on a clock of their own.</summary>
public sealed class ForesightTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private static readonly ObjectId Shop = ObjectId.Parse("users/shop");
    private static readonly LoopTick Hourly = new(LoopKind.Strategic, "loop/strategic-foresight");

    private readonly PlaneFixture _plane = new(postgres, temporal);
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private TelemetryStore Telemetry => new(_plane.Control);

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        await _plane.AdoptAsync(Shop.Key);
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Loop_DaysInTheEastAndNightsInTheWest_MovesBeforeTheNightComes()
    {
        using var loop = new LoopHost(_plane, _clock);
        for (var hour = 0; hour < 5 * 24; hour++)
        {
            await HourAsync(loop, hour % 24 < 12 ? PlaneFixture.East : PlaneFixture.West);
        }

        var morning = await ProposalAsync(loop);
        for (var hour = 0; hour < 12; hour++)
        {
            await HourAsync(loop, PlaneFixture.East);
        }

        var evening = await ProposalAsync(loop);
        _clock.Advance(TimeSpan.FromHours(2));
        var abandoned = await ProposalAsync(loop);

        Assert.Equal((ProposalKind.Hold, PlaneFixture.East), (morning.Kind, morning.To));
        Assert.Equal((ProposalKind.Migrate, PlaneFixture.West), (evening.Kind, evening.To));
        Assert.StartsWith("ahead of demand: eu-west-1 instead of us-east-1", evening.Reason, StringComparison.Ordinal);
        Assert.Equal(new DateTimeOffset(2026, 3, 8, 0, 0, 0, TimeSpan.Zero), evening.ReturnsAt!.Value, TimeSpan.FromHours(1));
        Assert.DoesNotContain("ahead of demand", abandoned.Reason, StringComparison.Ordinal); // A loop that does not run leads nothing.
    }

    [Fact]
    public async Task Foresee_ACallerFallsSilent_WaitsForItAndThenLearnsWhatComesLate()
    {
        using var loop = new LoopHost(_plane, _clock);
        for (var hour = 0; hour < 24; hour++)
        {
            await HourAsync(loop, PlaneFixture.East);
        }

        var before = await MemoryAsync();
        var lost = _clock.GetUtcNow();
        await HourAsync(loop, PlaneFixture.West, isEastLost: true);
        var waiting = await MemoryAsync();
        await ReportAsync(PlaneFixture.East, lost, 3_000);
        await HourAsync(loop, PlaneFixture.East);
        var after = await MemoryAsync();

        Assert.Equal(before, waiting);
        Assert.Equal(before.LastHour + 2, after.LastHour);
    }

    private async Task HourAsync(LoopHost loop, RegionId caller, bool isEastLost = false)
    {
        var from = _clock.GetUtcNow();
        foreach (var region in new[] { PlaneFixture.East, PlaneFixture.West }.Where(region => !isEastLost || region != PlaneFixture.East))
        {
            await ReportAsync(region, from, region == caller ? 3_000 : 60); // Somebody is awake everywhere.
        }

        _clock.Advance(TimeSpan.FromHours(1));
        await loop.RunAsync(activities => activities.CollectAsync(Hourly));
        await loop.RunAsync(activities => activities.ForeseeAsync(Hourly));
    }

    private Task<bool> ReportAsync(RegionId caller, DateTimeOffset hour, int reads) => Telemetry.AppendAsync(
        new TelemetryBatch(Guid.NewGuid(), caller, [.. new[] { 0, 59 }.Select(minute => new AccessMinute(hour.AddMinutes(minute), Shop, PlaneFixture.East, reads, 0, 0, new LatencySketch()))]),
        Cancelled);

    private async Task<(int LastHour, string Text)> MemoryAsync()
    {
        var text = (await new MemoryStore(_plane.Control).ReadAllAsync("foresight", Cancelled))[Shop];
        return (JsonSerializer.Deserialize<ForesightMemory>(text)!.LastHour, text);
    }

    private async Task<Proposal> ProposalAsync(LoopHost loop)
    {
        var collected = await loop.RunAsync(activities => activities.CollectAsync(Hourly));
        var proposed = await loop.RunAsync(activities => activities.ProposePlacementAsync(new ProposeStep(Hourly, collected.SnapshotId)));
        var (_, json) = await new SnapshotStore(_plane.Control).ReadAsync(proposed.ProposalsId, Cancelled);
        return JsonSerializer.Deserialize<ImmutableArray<Proposal>>(json).Single();
    }
}
