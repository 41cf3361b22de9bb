using System.Collections.Immutable;
using Idp.Core;
using Npgsql;

namespace Idp.Storage;

/// <summary>What the sweep of the stores found and did, and how far it has come.</summary>
public sealed class ReconciliationLog(NpgsqlDataSource database)
{
    private const string AppendSql = """
        INSERT INTO idp.reconciliation (region, dataset, key, finding, detail, action, done_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
        """;

    public async Task AppendAsync(
        RegionId region, ObjectId id, string finding, string detail, string action, string doneBy, CancellationToken cancellationToken)
    {
        await using var command = database.Command(
            AppendSql, region.Value.Sql(), id.Dataset.Value.Sql(), id.Key.Sql(), finding.Sql(), detail.Sql(), action.Sql(), doneBy.Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string ListSql = """
        SELECT id, region, dataset, key, finding, detail, action, done_by, at FROM idp.reconciliation ORDER BY id DESC LIMIT $1
        """;

    /// <summary>What was done, newest first.</summary>
    /// <param name="limit">From 1 to 10,000.</param>
    public async Task<ImmutableArray<ReconciliationRecord>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListSql, PageLimit.Check(limit).Sql());
        return await command.ReadAsync(
            row => new ReconciliationRecord(
                row.GetInt64(0),
                RegionId.Parse(row.GetString(1)),
                new ObjectId(DatasetId.Parse(row.GetString(2)), row.GetString(3)),
                row.GetString(4),
                row.GetString(5),
                row.GetString(6),
                row.GetString(7),
                row.Moment(8)),
            cancellationToken);
    }

    private const string ReadPositionSql = "SELECT after_dataset, after_key, passes FROM idp.sweep WHERE region = $1";

    /// <summary>Where the sweep of a region goes on.</summary>
    public async Task<SweepPosition> ReadPositionAsync(RegionId region, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ReadPositionSql, region.Value.Sql());
        return (await command.ReadAsync(row => new SweepPosition(row.GetString(0), row.GetString(1), row.GetInt64(2)), cancellationToken)).SingleOrDefault()
            ?? SweepPosition.Start;
    }

    private const string WritePositionSql = """
        INSERT INTO idp.sweep (region, after_dataset, after_key, passes) VALUES ($1, $2, $3, $4)
        ON CONFLICT (region) DO UPDATE
            SET after_dataset = excluded.after_dataset, after_key = excluded.after_key, passes = excluded.passes, swept_at = now()
        """;

    public async Task WritePositionAsync(RegionId region, SweepPosition position, CancellationToken cancellationToken)
    {
        await using var command = database.Command(
            WritePositionSql, region.Value.Sql(), position.AfterDataset.Sql(), position.AfterKey.Sql(), position.Passes.Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string DropBeforeSql = "DELETE FROM idp.reconciliation WHERE at < $1";

    /// <summary>Forgets what was done before a UTC day.</summary>
    public async Task DropBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var command = database.Command(DropBeforeSql, day.StartOfDay().Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
