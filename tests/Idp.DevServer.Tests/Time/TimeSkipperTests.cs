using Idp.DevServer.Time;
using Microsoft.Extensions.Time.Testing;

namespace Idp.DevServer.Tests.Time;

public sealed class TimeSkipperTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SkippingClock _clock = new(new FakeTimeProvider(Start));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sleep_UnlockedAndIdle_IsSkipped()
    {
        var skipper = Watching(new Gauge());
        skipper.Unlock();

        await skipper.SleepUntilAsync(Start.AddDays(3), Cancelled).WaitAsync(TimeSpan.FromMinutes(2), Cancelled);

        Assert.Equal(Start.AddDays(3), _clock.GetUtcNow());
    }

    [Fact]
    public async Task Sleep_BehindDeadlines_StopsAtEachOfThem()
    {
        var gauge = new Gauge { NextDeadline = Start.AddHours(1) };
        var stops = new List<DateTimeOffset>();
        await using var hourly = _clock.CreateTimer(
            _ =>
            {
                stops.Add(_clock.GetUtcNow());
                gauge.Become(isBusy: false, stops.Count < 5 ? _clock.GetUtcNow().AddHours(1) : null);
            },
            null,
            TimeSpan.FromHours(1),
            TimeSpan.FromHours(1));
        var skipper = Watching(gauge);
        skipper.Unlock();

        await skipper.SleepUntilAsync(Start.AddHours(5.5), Cancelled).WaitAsync(TimeSpan.FromMinutes(2), Cancelled);

        Assert.Equal([Start.AddHours(1), Start.AddHours(2), Start.AddHours(3), Start.AddHours(4), Start.AddHours(5)], stops);
    }

    [Fact]
    public async Task Sleep_WhileSomethingRuns_WaitsForItsEnd()
    {
        var gauge = new Gauge { IsBusy = true };
        var skipper = Watching(gauge);
        skipper.Unlock();

        var sleep = skipper.SleepUntilAsync(Start.AddHours(1), Cancelled);
        Assert.Equal(Start, _clock.GetUtcNow());
        Assert.False(sleep.IsCompleted);
        gauge.Become(isBusy: false, next: null);
        await sleep.WaitAsync(TimeSpan.FromMinutes(2), Cancelled);

        Assert.Equal(Start.AddHours(1), _clock.GetUtcNow());
    }

    [Fact]
    public async Task Locked_EvenOnce_SkipsNothing()
    {
        var gauge = new Gauge { NextDeadline = Start.AddHours(1) };
        var skipper = Watching(gauge);
        skipper.Lock();
        skipper.Unlock();
        gauge.Become(isBusy: false, Start.AddHours(2));

        // The second unlock is what allows it.
        Assert.Equal(Start, _clock.GetUtcNow());
        skipper.Unlock();
        await skipper.SleepUntilAsync(Start.AddHours(2), Cancelled).WaitAsync(TimeSpan.FromMinutes(2), Cancelled);
    }

    // The one that stood still: an unlock looks at the deadlines while the sleeper is only about to set its alarm.
    [Fact]
    public async Task Sleep_BegunWhileTheClockJumps_StillEnds()
    {
        for (var round = 0; round < 200; round++)
        {
            using var clock = new SkippingClock(new FakeTimeProvider(Start));
            var gauge = new Gauge { NextDeadline = Start.AddHours(1) };
            var skipper = new TimeSkipper(clock);
            skipper.Watch([gauge]);
            var wakeUp = clock.CreateTimer(_ => gauge.Become(isBusy: false, next: null), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);

            skipper.Unlock();
            await skipper.SleepUntilAsync(Start.AddHours(2), Cancelled).WaitAsync(TimeSpan.FromMinutes(2), Cancelled);
            await wakeUp.DisposeAsync();
        }
    }

    public void Dispose() => _clock.Dispose();

    private TimeSkipper Watching(Gauge gauge)
    {
        var skipper = new TimeSkipper(_clock);
        skipper.Watch([gauge]);
        return skipper;
    }

    private sealed class Gauge : IActivityGauge
    {
        public event Action? Changed;

        public bool IsBusy { get; set; }

        public DateTimeOffset? NextDeadline { get; set; }

        public void Become(bool isBusy, DateTimeOffset? next)
        {
            (IsBusy, NextDeadline) = (isBusy, next);
            Changed?.Invoke();
        }
    }
}
