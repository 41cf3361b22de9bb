using System.Collections.Immutable;

namespace Idp.Chaos.Ledger;

/// <summary>One transaction of one client, as the client saw it.</summary>
/// <param name="Start">Before anything was sent; ticks of one monotonic clock.</param>
/// <param name="End">After the answer; <see cref="Never"/> when none came, since the effect may still be on its way.</param>
/// <param name="IsSession">A read that promises no more than the session's own past.</param>
internal sealed record LedgerEntry(int Client, long Start, long End, Outcome Outcome, ImmutableArray<Step> Steps, bool IsSession = false)
{
    public const long Never = long.MaxValue;

    /// <summary>When its answer came, or <see cref="Never"/>.</summary>
    public long KnownEnd => Outcome is Outcome.Unknown ? Never : End;

    public override string ToString() => $"client {Client} [{Start}..{(End == Never ? "?" : End)}] {Outcome}: {string.Join("; ", Steps)}";
}
