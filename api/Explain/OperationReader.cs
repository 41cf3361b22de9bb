using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities.Controllers;
using Idp.Activities.Sensors;
using Idp.Core;
using Idp.Storage;

namespace Idp.Api;

/// <summary>Which operations need strong reads, as the last strategic loop judged them.</summary>
public sealed class OperationReader(SnapshotStore snapshots)
{
    /// <param name="dataset">Null for all.</param>
    /// <param name="limit">Most operations to tell.</param>
    /// <returns>The busiest first; empty while no client has told its operations, too.</returns>
    public async Task<ImmutableArray<OperationView>> ReadAsync(DatasetId? dataset, int limit, CancellationToken cancellationToken)
    {
        if (await snapshots.ReadLatestAsync(SnapshotKinds.Consistency, cancellationToken) is not { } last)
        {
            return [];
        }

        var record = JsonSerializer.Deserialize<ConsistencyRecord>(last.Json)!;
        return
        [
            .. record.Operations
                .Where(operation => dataset is null || operation.Decision.Dataset == dataset)
                .OrderByDescending(operation => operation.ReadsPerDay(record.Until) + operation.WritesPerDay(record.Until))
                .Take(limit)
                .Select(operation => OperationView.Of(operation, record.Until)),
        ];
    }
}
