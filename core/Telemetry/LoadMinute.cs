using System.Collections.Immutable;

namespace Idp.Core.Telemetry;

/// <summary>One region's load in one minute, from samples within it.</summary>
/// <param name="Minute">When it begins, UTC.</param>
/// <param name="Sessions">Sessions that were inside a statement, in the mean: average active sessions.</param>
/// <param name="Running">Those of them that waited for nothing.</param>
/// <param name="Connections">The most that were seen.</param>
/// <param name="TransactionsPerSecond">Null when it cannot be told.</param>
public sealed record LoadMinute(
    RegionId Region, DateTimeOffset Minute, double Sessions, double Running, int Connections, int MaxConnections, double? TransactionsPerSecond)
{
    /// <param name="samples">At least one, of one connection, oldest first.</param>
    public static LoadMinute Of(RegionId region, DateTimeOffset minute, ImmutableArray<LoadSample> samples) => new(
        region,
        minute,
        samples.Average(sample => sample.Sessions),
        samples.Average(sample => sample.Running),
        samples.Max(sample => sample.Connections),
        samples[^1].MaxConnections,
        Rate(samples));

    // Between other samples counters were set to zero, or fell because a database was dropped: what was counted before is gone.
    private static double? Rate(ImmutableArray<LoadSample> samples)
    {
        var (first, last) = (samples[0], samples[^1]);
        var asked = samples.Length - 1; // Each sample is a transaction too.
        return last.At > first.At && last.StatisticsReset == first.StatisticsReset && last.Transactions >= first.Transactions
            ? Math.Max(0, last.Transactions - first.Transactions - asked) / (last.At - first.At).TotalSeconds
            : null;
    }
}
