using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities.Sensors;
using Idp.Core.Decisions;
using Idp.Storage;

namespace Idp.Api;

/// <summary>What the last strategic loop would change, if there were an actuator for it.</summary>
public sealed class AdviceReader(SnapshotStore snapshots)
{
    /// <param name="limit">Most kinds of change to tell.</param>
    /// <returns>What is declared first, then the most valuable; empty while no loop has run, too.</returns>
    public async Task<ImmutableArray<Advice>> ReadAsync(int limit, CancellationToken cancellationToken) =>
        await snapshots.ReadLatestAsync(SnapshotKinds.Advice, cancellationToken) is { } last
            ? [.. JsonSerializer.Deserialize<ImmutableArray<Advice>>(last.Json).Take(limit)]
            : [];
}
