using CsCheck;
using Idp.DevServer.Time;
using Microsoft.Extensions.Time.Testing;

namespace Idp.DevServer.Tests.Time;

public sealed class SkippingClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Jump_OverSeveralTimers_FiresEachOnceAtOrAfterItsTime()
    {
        await Gen.Int[1, 5_000].Array[1, 12].Select(Gen.Int[1, 3_000].Array[1, 12]).SampleAsync(async (dues, jumps) =>
        {
            using var clock = new SkippingClock(new FakeTimeProvider(Start));
            var fired = new TaskCompletionSource<DateTimeOffset>[dues.Length];
            var timers = new ITimer[dues.Length];
            for (var index = 0; index < dues.Length; index++)
            {
                var number = index;
                fired[number] = new(TaskCreationOptions.RunContinuationsAsynchronously);
                timers[number] = clock.CreateTimer(_ => fired[number].SetResult(clock.GetUtcNow()), null, Seconds(dues[number]), Timeout.InfiniteTimeSpan);
            }

            // The jumps, and at last one behind everything.
            foreach (var jump in jumps.Append(6_000))
            {
                clock.AdvanceTo(clock.GetUtcNow() + Seconds(jump));
            }

            for (var index = 0; index < dues.Length; index++)
            {
                Assert.True(await fired[index].Task.WaitAsync(TimeSpan.FromMinutes(2)) >= Start + Seconds(dues[index]));
                await timers[index].DisposeAsync();
            }
        }, iter: 50);
    }

    [Fact]
    public void Jump_ToAnEarlierTime_ChangesNothing()
    {
        using var clock = new SkippingClock(new FakeTimeProvider(Start));
        clock.AdvanceTo(Start + Seconds(10));

        clock.AdvanceTo(Start + Seconds(5));

        Assert.Equal(Start + Seconds(10), clock.GetUtcNow());
    }

    [Fact]
    public async Task Timer_SetToAMomentWhileTheClockJumps_IsDueAtThatMoment()
    {
        using var clock = new SkippingClock(new FakeTimeProvider(Start));
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = clock.CreateTimer(_ => fired.SetResult(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var due = Start + Seconds(100);

        // What a wait reckoned before the jump would add to the time after it.
        clock.AdvanceTo(Start + Seconds(60));
        timer.ChangeTo(due, clock, TimeSpan.MaxValue);
        clock.AdvanceTo(due);

        await fired.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Period_AfterAJumpOfWeeks_TicksOnce()
    {
        using var clock = new SkippingClock(new FakeTimeProvider(Start));
        var ticks = 0;
        var ticked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = clock.CreateTimer(
            _ =>
            {
                Interlocked.Increment(ref ticks);
                ticked.TrySetResult();
            },
            null,
            Seconds(1),
            Seconds(1));

        clock.AdvanceTo(Start + TimeSpan.FromDays(30));
        await ticked.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        Assert.Equal(1, ticks);
    }

    [Fact]
    public void Disposed_Timer_NeverFires()
    {
        using var clock = new SkippingClock(new FakeTimeProvider(Start));
        var timer = clock.CreateTimer(_ => Assert.Fail("It was disposed of."), null, Seconds(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();

        Assert.False(timer.Change(Seconds(1), Timeout.InfiniteTimeSpan));
        clock.AdvanceTo(Start + Seconds(10));
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
