using System.Collections.Immutable;

namespace Idp.Simulation.Traces;

/// <summary>The part of a trace from <paramref name="From"/> until just before <paramref name="To"/>.</summary>
public readonly record struct TraceWindow(DateTimeOffset From, DateTimeOffset To)
{
    /// <value>April to June 2021, what the demo replays.</value>
    public static TraceWindow Default { get; } = Months(2021, 4, 3);

    /// <summary>Calendar months, UTC.</summary>
    public static TraceWindow Months(int year, int month, int count)
    {
        var from = new DateTimeOffset(year, month, 1, 0, 0, 0, TimeSpan.Zero);
        return new TraceWindow(from, from.AddMonths(count));
    }

    public TimeSpan Length => To - From;

    /// <summary>Where the scored last two thirds begin; before, a policy that learns has seen too little.</summary>
    public DateTimeOffset ScoredFrom => From + (Length / 3);

    public ImmutableArray<Access> Of(IEnumerable<Access> trace)
    {
        var (from, to) = (From, To);
        return [.. trace.SkipWhile(access => access.At < from).TakeWhile(access => access.At < to)];
    }
}
