namespace Idp.Policies.Intents;

/// <summary>How fast queries are to be, as their callers see them.</summary>
public sealed record LatencyRequirement
{
    /// <summary>From 1 ms to 1 min.</summary>
    public TimeSpan? P99Target { get; init; }

    /// <summary>From 1 ms to 1 min, and at most <see cref="P99Target"/>.</summary>
    public TimeSpan? P50Target { get; init; }
}
