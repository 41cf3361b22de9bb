using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Arbitration;
using Idp.Core.Decisions;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Storage;

/// <summary>Keeps every decision and its reason, for explanation and replay.</summary>
/// <remarks>
/// Grows by objects × ticks: 10,000 objects decided each minute are 14 million rows a day, so whoever appends
/// keeps holds that only repeat the last one to himself, and retention runs daily.
/// </remarks>
public sealed class DecisionLog(NpgsqlDataSource database)
{
    private const string ReadMemorySql = "SELECT revision, memory FROM idp.arbitration";

    /// <returns>What the arbiter remembers, as text of its own, null before its first run; and the revision to commit against.</returns>
    public async Task<(long Revision, string? Memory)> ReadMemoryAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Command(ReadMemorySql);
        return (await command.ReadAsync(row => (row.GetInt64(0), row.TextOrNull(1)), cancellationToken)).Single();
    }

    private const string AdvanceSql = "UPDATE idp.arbitration SET revision = revision + 1, memory = $2 WHERE revision = $1 RETURNING revision";

    private const string AppendSql = """
        INSERT INTO idp.decision (tick, snapshot_id, dataset, key, controller, outcome, from_region, to_region, reason, value_usd_per_day, decided_at, detail)
        SELECT $1, $2, given.*
          FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            AS given (dataset, key, controller, outcome, from_region, to_region, reason, value_usd_per_day, decided_at, detail)
         ORDER BY given.dataset COLLATE "C", given.key COLLATE "C", given.controller COLLATE "C"
        """;

    // Put into order by us: to the planner the rows of this tick are one row yet, to be compared with each that was given.
    private const string IdsSql = "SELECT dataset, key, controller, id FROM idp.decision WHERE tick = $1";

    /// <summary>Stores one tick's decisions and the arbiter's new memory, all or none, if no other run has committed since that was read.</summary>
    /// <param name="tick">Names the turn of the loop; a tick commits once (<see cref="ListOfTickAsync"/>).</param>
    /// <param name="decisions">At most one of a controller about an object.</param>
    /// <param name="revision">As <see cref="ReadMemoryAsync"/> gave it.</param>
    /// <returns>The ids in the order of <paramref name="decisions"/>; null when another run was faster, and nothing was stored.</returns>
    public async Task<ImmutableArray<long>?> TryCommitAsync(
        string tick, long snapshotId, IReadOnlyList<StoredDecision> decisions, long revision, string memory, CancellationToken cancellationToken)
    {
        var datasets = decisions.Select(decision => decision.Object.Dataset.Value).ToArray();
        var keys = decisions.Select(decision => decision.Object.Key).ToArray();
        var controllers = decisions.Select(decision => decision.Controller).ToArray();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var advance = new NpgsqlBatch(connection))
        {
            advance.Add(AdvanceSql, revision.Sql(), memory.Sql());
            await using var reader = await advance.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            AppendSql,
            tick.Sql(),
            snapshotId.Sql(),
            datasets.Sql(),
            keys.Sql(),
            controllers.Sql(),
            decisions.Select(decision => decision.Outcome).ToArray().Sql(),
            decisions.Select(decision => decision.From.Value).ToArray().Sql(),
            decisions.Select(decision => decision.To.Value).ToArray().Sql(),
            decisions.Select(decision => decision.Reason).ToArray().Sql(),
            decisions.Select(decision => decision.ValueUsdPerDay).ToArray().Sql(),
            decisions.Select(decision => decision.DecidedAt.ToUniversalTime()).ToArray().Sql(),
            decisions.Select(decision => decision.Detail).ToArray().Sql());
        batch.Add(IdsSql, tick.Sql());
        Dictionary<(string, string, string), long> ids;
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            ids = (await reader.ReadAsync(row => (Name: (row.GetString(0), row.GetString(1), row.GetString(2)), Id: row.GetInt64(3)), cancellationToken))
                .ToDictionary(row => row.Name, row => row.Id);
        }

        await transaction.CommitAsync(cancellationToken);
        return [.. decisions.Select(decision => ids[(decision.Object.Dataset.Value, decision.Object.Key, decision.Controller)])];
    }

    private const string ListOfTickSql = SelectSql + "WHERE tick = $1 ORDER BY id";

    /// <summary>What a tick has decided; empty when it has not committed, or had nothing to record.</summary>
    public async Task<ImmutableArray<StoredDecision>> ListOfTickAsync(string tick, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListOfTickSql, tick.Sql());
        return await command.ReadAsync(ReadDecision, cancellationToken);
    }

    // Each clock bounds it: the migrations' real one finds them by index, the decisions' may be virtual and faster.
    private const string RecentSql = """
        SELECT decision.dataset, decision.key, decision.controller, decision.from_region, decision.to_region, decision.decided_at, migration.phase,
               (decision.detail::json #>> '{Decision,Proposal,ReturnsAt}')::timestamptz
          FROM idp.migration AS migration
          JOIN idp.decision AS decision ON decision.id = migration.decision_id
         WHERE migration.started_at > now() - interval '24 hours' AND decision.decided_at > $1
         ORDER BY decision.decided_at, decision.id
        """;

    /// <summary>Migrations that loops have started since a moment within the last 24 hours, in the order they were decided.</summary>
    /// <param name="since">On the clock of the decisions.</param>
    public async Task<ImmutableArray<RecentChange>> ListRecentAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var command = database.Command(RecentSql, since.Sql());
        return await command.ReadAsync(
            row => new RecentChange(
                new ObjectId(DatasetId.Parse(row.GetString(0)), row.GetString(1)),
                row.GetString(2),
                ProposalKind.Migrate,
                RegionId.Parse(row.GetString(3)),
                RegionId.Parse(row.GetString(4)),
                row.Moment(5),
                Enum.Parse<MigrationPhase>(row.GetString(6)) switch
                {
                    MigrationPhase.Grace or MigrationPhase.CleaningUp or MigrationPhase.Done => ChangeResult.Done,
                    MigrationPhase.RollingBack or MigrationPhase.RolledBack or MigrationPhase.Failed => ChangeResult.Undone,
                    _ => ChangeResult.Open,
                })
            {
                ReturnsAt = row.IsDBNull(7) ? null : row.Moment(7),
            },
            cancellationToken);
    }

    // One list for all: the columns of StoredDecision, in its order.
    private const string SelectSql = """
        SELECT id, dataset, key, controller, outcome, from_region, to_region, reason, value_usd_per_day, decided_at, detail
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
        row.GetString(4),
        RegionId.Parse(row.GetString(5)),
        RegionId.Parse(row.GetString(6)),
        row.GetString(7),
        row.GetDecimal(8),
        row.Moment(9),
        row.GetString(10));
}
