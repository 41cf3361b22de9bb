namespace Idp.Embedded;

/// <summary>How a link behaves now: its nominal round trip and every fault in force, together.</summary>
/// <param name="OneWayTicks">In ticks of the proxy's clock.</param>
/// <param name="JitterTicks">Most that chance adds to one way.</param>
internal sealed record LinkConditions(
    long OneWayTicks, long JitterTicks, bool Resets, bool SwallowsToStore, bool SwallowsToCaller)
{
    public bool Swallows => SwallowsToStore || SwallowsToCaller;

    public static LinkConditions From(TimeSpan roundTrip, IReadOnlyCollection<LinkFault> faults, TimeProvider clock)
    {
        var oneWay = (roundTrip + Sum(faults, fault => fault.ExtraRoundTrip)) / 2;
        var jitter = Sum(faults, fault => fault.Jitter) / 2;
        return new LinkConditions(
            Ticks(oneWay, clock),
            Ticks(jitter, clock),
            faults.Any(fault => fault.Resets),
            faults.Any(fault => fault.SwallowsToStore),
            faults.Any(fault => fault.SwallowsToCaller));
    }

    private static TimeSpan Sum(IEnumerable<LinkFault> faults, Func<LinkFault, TimeSpan> part) =>
        faults.Aggregate(TimeSpan.Zero, (sum, fault) => sum + part(fault));

    private static long Ticks(TimeSpan time, TimeProvider clock) => (long)(time.TotalSeconds * clock.TimestampFrequency);
}
