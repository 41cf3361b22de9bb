namespace Idp.Embedded;

/// <summary>What can go wrong with a link. In force from <see cref="LinkProxy.Inject"/> until its handle is disposed.</summary>
public sealed record LinkFault
{
    private LinkFault()
    {
    }

    /// <summary>Resets every connection, and each new one as soon as it is made.</summary>
    public static LinkFault Reset { get; } = new() { Resets = true };

    /// <summary>Swallows all bytes of both directions; connections stay open, new ones are accepted.</summary>
    /// <remarks>A connection that lost bytes is reset when the fault ends, since TCP never loses any.</remarks>
    public static LinkFault BlackHole { get; } = new() { SwallowsToStore = true, SwallowsToCaller = true };

    /// <summary>Swallows what the store answers, and still delivers what callers send: the commit arrives, its answer does not.</summary>
    /// <remarks>A connection that lost bytes is reset when the fault ends.</remarks>
    public static LinkFault HalfOpen { get; } = new() { SwallowsToCaller = true };

    internal TimeSpan ExtraRoundTrip { get; private init; }

    internal TimeSpan Jitter { get; private init; }

    internal bool Resets { get; private init; }

    internal bool SwallowsToStore { get; private init; }

    internal bool SwallowsToCaller { get; private init; }

    /// <summary>A slower link.</summary>
    /// <param name="extra">Added to the round trip, half in each direction. Not negative.</param>
    /// <param name="jitter">Most that chance adds to a round trip on top, half in each direction. Order is kept. Not negative.</param>
    public static LinkFault Latency(TimeSpan extra, TimeSpan jitter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(extra, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(jitter, TimeSpan.Zero);
        return new LinkFault { ExtraRoundTrip = extra, Jitter = jitter };
    }
}
