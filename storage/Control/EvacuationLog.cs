using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Storage;

/// <summary>Evacuations of regions: what each has tried, how far it has come, and what it could not move.</summary>
public sealed partial class EvacuationLog(NpgsqlDataSource database)
{
    // One list for all: the columns of EvacuationRecord, in its order.
    private const string SelectSql = """
        SELECT id, region, target, dataset, requested_by, reason, started_at, updated_at, finished_at, ended_as FROM idp.evacuation

        """;

    private const string InsertSql = """
        INSERT INTO idp.evacuation (id, region, target, dataset, requested_by, reason)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
        """;

    // The region takes nothing new from the moment its evacuation exists.
    private const string DrainSql = """
        INSERT INTO idp.drain (region, drained_by, reason)
        SELECT region, requested_by, format('evacuation %s: %s', id, reason) FROM idp.evacuation WHERE id = $1 AND finished_at IS NULL
        ON CONFLICT (region) DO UPDATE SET drained_by = excluded.drained_by, reason = excluded.reason
        """;

    private const string OpenSql = SelectSql + "WHERE region = $1 AND finished_at IS NULL";

    /// <summary>Opens an evacuation and drains its region; the same id again changes nothing.</summary>
    /// <returns>The region's open evacuation: the one asked for, or the one that stands against it; the one asked for when it has ended already.</returns>
    /// <exception cref="PostgresException">A region or the dataset is not in the catalog (SQLSTATE 23503).</exception>
    public async Task<EvacuationRecord> BeginAsync(EvacuationRequest request, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add(
            InsertSql,
            request.Id.Value.Sql(),
            request.Region.Value.Sql(),
            (request.Target?.Value).Sql(),
            (request.Dataset?.Value).Sql(),
            request.RequestedBy.Sql(),
            request.Reason.Sql());
        batch.Add(DrainSql, request.Id.Value.Sql());
        batch.Add(OpenSql, request.Region.Value.Sql());
        batch.Add(FindSql, request.Id.Value.Sql());
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var open = (await reader.ReadAsync(ReadEvacuation, cancellationToken)).SingleOrDefault();
        await reader.NextResultAsync(cancellationToken);
        var asked = (await reader.ReadAsync(ReadEvacuation, cancellationToken)).SingleOrDefault();
        return asked ?? open ?? throw new InvalidOperationException($"Evacuation {request.Id} conflicts with one that cannot be found.");
    }

    private const string FindSql = SelectSql + "WHERE id = $1";

    /// <returns><see langword="null"/> when there is none of that name.</returns>
    public async Task<EvacuationRecord?> FindAsync(EvacuationId id, CancellationToken cancellationToken)
    {
        await using var command = database.Command(FindSql, id.Value.Sql());
        return (await command.ReadAsync(ReadEvacuation, cancellationToken)).SingleOrDefault();
    }

    private const string FindLastSql = SelectSql + "WHERE region = $1 ORDER BY started_at DESC, id LIMIT 1";

    /// <returns>The region's newest evacuation, running or not; <see langword="null"/> when it never had one.</returns>
    public async Task<EvacuationRecord?> FindLastAsync(RegionId region, CancellationToken cancellationToken)
    {
        await using var command = database.Command(FindLastSql, region.Value.Sql());
        return (await command.ReadAsync(ReadEvacuation, cancellationToken)).SingleOrDefault();
    }

    private const string ListOpenSql = SelectSql + "WHERE finished_at IS NULL ORDER BY region";

    /// <summary>Evacuations that have not ended, by region.</summary>
    public async Task<ImmutableArray<EvacuationRecord>> ListOpenAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListOpenSql);
        return await command.ReadAsync(ReadEvacuation, cancellationToken);
    }

    private const string EndSql = """
        UPDATE idp.evacuation SET finished_at = now(), updated_at = now(), ended_as = $2 WHERE id = $1 AND finished_at IS NULL
        """;

    private const string LiftDrainSql = "DELETE FROM idp.drain d USING idp.evacuation e WHERE e.id = $1 AND d.region = e.region";

    // Batches that were cut and never begun will not begin any more.
    private const string DropPlannedSql = """
        UPDATE idp.batch SET settled_at = now(), finished_at = now(), updated_at = now()
         WHERE evacuation = $1 AND begun_at IS NULL AND finished_at IS NULL
        """;

    /// <summary>Ends an evacuation; cancelled, it lifts the drain too. A repeated call changes nothing: the drain may be the next one's.</summary>
    public async Task EndAsync(EvacuationId id, bool isCancelled, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var end = new NpgsqlBatch(connection))
        {
            end.Add(EndSql, id.Value.Sql(), (isCancelled ? "Cancelled" : "Done").Sql());
            if (await end.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                return;
            }
        }

        if (isCancelled)
        {
            await using var lift = new NpgsqlBatch(connection);
            lift.Add(DropPlannedSql, id.Value.Sql());
            lift.Add(LiftDrainSql, id.Value.Sql());
            await lift.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static EvacuationRecord ReadEvacuation(NpgsqlDataReader row) => new(
        new EvacuationRequest(
            EvacuationId.Parse(row.GetString(0)),
            RegionId.Parse(row.GetString(1)),
            row.TextOrNull(2) is { } target ? RegionId.Parse(target) : null,
            row.TextOrNull(3) is { } dataset ? DatasetId.Parse(dataset) : null,
            row.GetString(4),
            row.GetString(5)),
        row.Moment(6),
        row.Moment(7),
        row.MomentOrNull(8),
        row.TextOrNull(9));
}
