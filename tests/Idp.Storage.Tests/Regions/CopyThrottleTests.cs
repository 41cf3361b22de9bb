using Idp.Storage.Regions;
using Microsoft.Extensions.Time.Testing;

namespace Idp.Storage.Tests.Regions;

public sealed class CopyThrottleTests
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Probing = TimeSpan.FromMilliseconds(500);

    private readonly FakeTimeProvider _clock = new();
    private readonly MoverOptions _options = new() { MaxBytesPerSecond = 1_000_000 };

    [Theory]
    [InlineData(100_000_000L, 40_000)]
    [InlineData(1_000_000L, 262_144)]
    [InlineData(5_000_000L, 70_001)]
    public async Task Take_Limited_KeepsTheRateWithinFivePercent(long rate, int piece)
    {
        var throttle = new CopyThrottle(_clock);
        _options.MaxBytesPerSecond = rate;
        var taken = 0L;
        var started = _clock.GetUtcNow();
        while (_clock.GetUtcNow() - started < TimeSpan.FromSeconds(10))
        {
            // Two workers share it; reading and writing take their time as well.
            await Task.WhenAll(PassAsync(throttle, piece), PassAsync(throttle, piece));
            taken += 2 * piece;
            _clock.Advance(TimeSpan.FromTicks(TimeSpan.FromSeconds((double)piece / rate).Ticks / 4));
        }

        Assert.InRange(taken / (_clock.GetUtcNow() - started).TotalSeconds, rate * 0.95, rate * 1.05);
    }

    [Fact]
    public void Note_SourceAnswersSlowly_BacksOffSaysWhyAndRecovers()
    {
        var throttle = new CopyThrottle(_clock);
        Probe(throttle, Quiet, null, 4);
        Assert.Null(throttle.HeldBackBy);
        Assert.Equal(1_000_000, throttle.RateOf(_options));

        Probe(throttle, TimeSpan.FromMilliseconds(150), null, 4);
        var slowed = throttle.RateOf(_options);
        Assert.True(slowed < 700_001, $"{slowed} bytes/s");
        Assert.Contains("the source answers in 150.0 ms", throttle.HeldBackBy, StringComparison.Ordinal);

        // One quick answer is no trend either.
        Probe(throttle, Quiet, null, 1);
        Assert.True(throttle.RateOf(_options) < slowed);
        slowed = throttle.RateOf(_options);
        Probe(throttle, Quiet, null, 2);
        Assert.InRange(throttle.RateOf(_options)!.Value, slowed!.Value * 1.05, 999_999);
        Probe(throttle, Quiet, null, 30);
        Assert.Equal(1_000_000, throttle.RateOf(_options));
        Assert.Null(throttle.HeldBackBy);
    }

    [Fact]
    public void Note_LatencyWithinTheLimit_ChangesNothing()
    {
        var throttle = new CopyThrottle(_clock);
        Probe(throttle, Quiet, null, 4);
        Probe(throttle, Quiet + _options.MaxLatencyRise - TimeSpan.FromMilliseconds(1), null, 10);

        Assert.Null(throttle.HeldBackBy);
        Assert.Equal(1_000_000, throttle.RateOf(_options));
    }

    [Fact]
    public void Note_UnlimitedCopyAndALaggingReplica_FindsALimitBelowWhatItTook()
    {
        var throttle = new CopyThrottle(_clock);
        _options.MaxBytesPerSecond = 0;
        Probe(throttle, Quiet, TimeSpan.FromSeconds(1), 3);
        Assert.Null(throttle.RateOf(_options));

        Probe(throttle, Quiet, TimeSpan.FromSeconds(11), 1);

        Assert.InRange(throttle.RateOf(_options)!.Value, 500_000, 700_001);
        Assert.Contains("a replica of the source lags 11.0 s, limit 10.0 s", throttle.HeldBackBy, StringComparison.Ordinal);
    }

    [Fact]
    public void Reserve_MoreWorkersThanThereAre_GivesWhatIsFree()
    {
        var throttle = new CopyThrottle(_clock);

        Assert.Equal([6, 2, 0], [throttle.Reserve(6), throttle.Reserve(6), throttle.Reserve(2)]);
        throttle.Release(2);
        Assert.Equal(2, throttle.Reserve(3));
    }

    private async Task PassAsync(CopyThrottle throttle, int piece)
    {
        var passing = throttle.TakeAsync(piece, _options, TestContext.Current.CancellationToken).AsTask();
        while (!passing.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        await passing;
    }

    // A megabyte a second passes meanwhile.
    private void Probe(CopyThrottle throttle, TimeSpan latency, TimeSpan? lag, int times)
    {
        for (var probe = 0; probe < times; probe++)
        {
            _clock.Advance(Probing);
            var taking = throttle.TakeAsync(500_000, new MoverOptions(), TestContext.Current.CancellationToken);
            Assert.True(throttle.IsProbeDue(Probing));
            throttle.Note(latency, lag, _options);
            Assert.False(throttle.IsProbeDue(Probing));
            _ = taking;
        }
    }
}
