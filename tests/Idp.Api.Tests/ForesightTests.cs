using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities;
using Idp.Activities.Sensors;
using Idp.Core;
using Idp.Core.Decisions;
using Idp.Core.Telemetry;
using Idp.Storage;
using Idp.Testing.Planes;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Temporalio.Testing;

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
        using var host = Worker();
        var loop = host.Services.GetRequiredService<ILoopActivities>();
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

    private async Task HourAsync(ILoopActivities loop, RegionId caller)
    {
        var from = _clock.GetUtcNow();
        await Telemetry.AppendAsync(
            new TelemetryBatch(Guid.NewGuid(), caller, [.. new[] { 0, 59 }.Select(minute => new AccessMinute(from.AddMinutes(minute), Shop, PlaneFixture.East, 3_000, 0, 0, new LatencySketch()))]),
            Cancelled);
        _clock.Advance(TimeSpan.FromHours(1));
        await RunAsync(() => loop.CollectAsync(Hourly));
        await RunAsync(async () =>
        {
            await loop.ForeseeAsync(Hourly);
            return true;
        });
    }

    private async Task<Proposal> ProposalAsync(ILoopActivities loop)
    {
        var collected = await RunAsync(() => loop.CollectAsync(Hourly));
        var proposed = await RunAsync(() => loop.ProposePlacementAsync(new ProposeStep(Hourly, collected.SnapshotId)));
        var (_, json) = await new SnapshotStore(_plane.Control).ReadAsync(proposed.ProposalsId, Cancelled);
        return JsonSerializer.Deserialize<ImmutableArray<Proposal>>(json).Single();
    }

    private IHost Worker()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(_plane.Settings);
        builder.Services.AddIdpPlane().AddIdpActivities().AddSingleton<TimeProvider>(_clock);
        return builder.Build();
    }

    private static Task<T> RunAsync<T>(Func<Task<T>> activity) => new ActivityEnvironment().RunAsync(activity);
}
