using System.Collections.Immutable;
using Idp.Core;
using Npgsql;

namespace Idp.Storage;

/// <summary>Keeps every decision and its reason, for explanation and replay.</summary>
/// <remarks>
/// Grows by objects × ticks: 10,000 objects decided each minute are 14 million rows a day, so whoever appends
/// keeps holds that only repeat the last one to himself, and retention runs daily.
/// </remarks>
public sealed class DecisionLog(NpgsqlDataSource database)
{
    private const string AppendSql = """
        INSERT INTO idp.decision (tick, snapshot_id, dataset, key, outcome, from_region, to_region, reason, value_usd_per_day, decided_at, detail)
        SELECT $1, $2, given.*
          FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11)
            AS given (dataset, key, outcome, from_region, to_region, reason, value_usd_per_day, decided_at, detail)
         ORDER BY given.dataset COLLATE "C", given.key COLLATE "C"
        ON CONFLICT (tick, dataset, key) DO NOTHING
        """;

    private const string IdsSql = """
        SELECT known.id
          FROM unnest($2, $3) WITH ORDINALITY AS given (dataset, key, place)
          JOIN idp.decision AS known ON known.tick = $1 AND known.dataset = given.dataset AND known.key = given.key
         ORDER BY given.place
        """;

    /// <summary>Stores one tick's decisions: all or none. What the tick has already said of an object stays as it is.</summary>
    /// <param name="tick">Names the turn of the loop, the same when it is retried.</param>
    /// <returns>The ids in the order of <paramref name="decisions"/>; a repeated tick gets the same.</returns>
    public async Task<ImmutableArray<long>> AppendAsync(
        string tick, long snapshotId, IReadOnlyList<StoredDecision> decisions, CancellationToken cancellationToken)
    {
        if (decisions.Count == 0)
        {
            return [];
        }

        var datasets = decisions.Select(decision => decision.Object.Dataset.Value).ToArray();
        var keys = decisions.Select(decision => decision.Object.Key).ToArray();

        // Without error barriers a batch is one implicit transaction.
        await using var batch = database.CreateBatch();
        batch.Add(
            AppendSql,
            tick.Sql(),
            snapshotId.Sql(),
            datasets.Sql(),
            keys.Sql(),
            decisions.Select(decision => decision.Outcome).ToArray().Sql(),
            decisions.Select(decision => decision.From.Value).ToArray().Sql(),
            decisions.Select(decision => decision.To.Value).ToArray().Sql(),
            decisions.Select(decision => decision.Reason).ToArray().Sql(),
            decisions.Select(decision => decision.ValueUsdPerDay).ToArray().Sql(),
            decisions.Select(decision => decision.DecidedAt.ToUniversalTime()).ToArray().Sql(),
            decisions.Select(decision => decision.Detail).ToArray().Sql());
        batch.Add(IdsSql, tick.Sql(), datasets.Sql(), keys.Sql());
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(row => row.GetInt64(0), cancellationToken);
    }

    // One list for all: the columns of StoredDecision, in its order.
    private const string SelectSql = """
        SELECT id, dataset, key, outcome, from_region, to_region, reason, value_usd_per_day, decided_at, detail
          FROM idp.decision

        """;

    private const string FindSql = SelectSql + "WHERE id = $1";

    /// <returns><see langword="null"/> when there is none of that id, or its retention has ended.</returns>
    public async Task<StoredDecision?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = database.Command(FindSql, id.Sql());
        return (await command.ReadAsync(ReadDecision, cancellationToken)).SingleOrDefault();
    }

    private const string LatestSql = SelectSql + "WHERE dataset = $1 AND key = $2 ORDER BY id DESC LIMIT 1";

    /// <returns>The last decision about an object; <see langword="null"/> when there is none.</returns>
    public async Task<StoredDecision?> LatestForAsync(ObjectId id, CancellationToken cancellationToken)
    {
        await using var command = database.Command(LatestSql, id.Dataset.Value.Sql(), id.Key.Sql());
        return (await command.ReadAsync(ReadDecision, cancellationToken)).SingleOrDefault();
    }

    private const string ListSql = SelectSql + "WHERE id < $2 ORDER BY id DESC LIMIT $1";

    /// <summary>One page of decisions, newest first.</summary>
    /// <param name="limit">From 1 to 10,000.</param>
    /// <param name="before">The id where the last page ended; <see langword="null"/> for the newest. Not a time: one tick's decisions share theirs.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is not from 1 to 10,000.</exception>
    public async Task<ImmutableArray<StoredDecision>> ListAsync(int limit, long? before, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListSql, PageLimit.Check(limit).Sql(), (before ?? long.MaxValue).Sql());
        return await command.ReadAsync(ReadDecision, cancellationToken);
    }

    private const string DropBeforeSql = """
        DELETE FROM idp.decision WHERE id IN (SELECT id FROM idp.decision WHERE decided_at < $1 LIMIT 10000)
        """;

    /// <summary>Forgets decisions made for the time before a UTC day, 10,000 a transaction so that nobody waits long.</summary>
    /// <returns>How many were dropped.</returns>
    public async Task<long> DropBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        for (var dropped = 0L; ;)
        {
            await using var command = database.Command(DropBeforeSql, day.StartOfDay().Sql());
            var rows = await command.ExecuteNonQueryAsync(cancellationToken);
            dropped += rows;
            if (rows == 0)
            {
                return dropped;
            }
        }
    }

    private static StoredDecision ReadDecision(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        new ObjectId(DatasetId.Parse(row.GetString(1)), row.GetString(2)),
        row.GetString(3),
        RegionId.Parse(row.GetString(4)),
        RegionId.Parse(row.GetString(5)),
        row.GetString(6),
        row.GetDecimal(7),
        row.Moment(8),
        row.GetString(9));
}
