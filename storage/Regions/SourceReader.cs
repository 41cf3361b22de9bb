using System.Collections.Immutable;
using Idp.Core;
using Npgsql;
using static Idp.Storage.Regions.OwnershipRow;

namespace Idp.Storage.Regions;

/// <summary>Reads what one snapshot of the source has for a stream.</summary>
internal sealed class SourceReader(RegionStore source, ImmutableArray<TableSql> tables, ObjectId id, MoverOptions options)
{
    private const string BeginSql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    /// <summary>Work that grows with the object; a dead link is still noticed.</summary>
    public const int LongStatementSeconds = 600;

    /// <summary>One step's reading: the changes, and with <paramref name="withNewRows"/> the next rows; one round trip when not closed.</summary>
    /// <param name="isClosed">
    /// Also the rows that point to changed ones, so that the target may delete all of them before it inserts any.
    /// </param>
    public async Task<CopyBatch> ReadStepAsync(
        StreamProgress before, KeyOrder? order, bool withNewRows, bool isClosed, CancellationToken cancellationToken)
    {
        await using var connection = await source.Data.OpenConnectionAsync(cancellationToken);
        await using var questions = new NpgsqlBatch(connection) { BatchCommands = { new(BeginSql), new("SELECT pg_current_snapshot()::text") } };
        var asked = AskChanges(questions, before, order);
        var first = withNewRows && !before.IsCopied ? before.CopiedTable : tables.Length;
        for (var index = first; index < tables.Length; index++)
        {
            questions.BatchCommands.Add(new(tables[index].Next(index == before.CopiedTable ? before.CopiedKey : null, options.RowsPerStep)) { Parameters = { Text(id.Key) } });
        }

        if (!isClosed)
        {
            questions.BatchCommands.Add(new("COMMIT"));
        }

        CopyBatch batch;
        await using (var reader = await questions.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            var snapshot = reader.GetString(0);
            var changes = await ReadChangesAsync(reader, asked, cancellationToken);
            batch = new CopyBatch(snapshot, changes, changes.Sum(change => change.Keys.Length), CopiedTables(before), before.CopiedKey, 0, 0);
            if (first < tables.Length)
            {
                batch = await AddNewRowsAsync(reader, batch, cancellationToken);
            }
        }

        if (isClosed)
        {
            batch = batch with { Tables = await CloseAsync(connection, batch.Tables, before, cancellationToken) };
            await ExecuteAsync(connection, "COMMIT", cancellationToken);
        }

        return batch;
    }

    /// <summary>Opens a snapshot that stays open, with the changes up to the copied key; one round trip.</summary>
    /// <param name="boundaries">The question for the ends of chunks; null for none.</param>
    public async Task<(CopyBatch Batch, string Exported, List<string[]> Boundaries)> OpenSnapshotAsync(
        NpgsqlConnection connection, StreamProgress before, KeyOrder? order, string? boundaries, CancellationToken cancellationToken)
    {
        await using var questions = new NpgsqlBatch(connection)
        {
            BatchCommands = { new(BeginSql), new("SELECT pg_current_snapshot()::text, pg_export_snapshot()") },
        };
        var asked = AskChanges(questions, before, order);
        if (boundaries is not null)
        {
            questions.BatchCommands.Add(new(boundaries) { Parameters = { Text(id.Key) } });
        }

        await using var reader = await questions.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (snapshot, exported) = (reader.GetString(0), reader.GetString(1));
        var changes = await ReadChangesAsync(reader, asked, cancellationToken);
        var keys = new List<string[]>();
        await reader.NextResultAsync(cancellationToken);
        while (boundaries is not null && await reader.ReadAsync(cancellationToken))
        {
            keys.Add(reader.GetFieldValue<string[]>(0));
        }

        return (new CopyBatch(snapshot, changes, changes.Sum(change => change.Keys.Length), CopiedTables(before), before.CopiedKey, 0, 0), exported, keys);
    }

    /// <summary>Makes a connection see exactly what the one sees that exported the snapshot, while that one's transaction is open.</summary>
    public static async Task JoinSnapshotAsync(NpgsqlConnection connection, string exported, CancellationToken cancellationToken)
    {
        await using var join = new NpgsqlBatch(connection)
        {
            BatchCommands = { new(BeginSql), new($"SET TRANSACTION SNAPSHOT {Quote.Literal(exported)}") },
        };
        await join.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The planner's estimate of the object's rows, over all tables.</summary>
    public async Task<long> EstimateRowsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.Data.OpenConnectionAsync(cancellationToken);
        await using var questions = new NpgsqlBatch(connection);
        foreach (var table in tables)
        {
            questions.BatchCommands.Add(new(table.Estimate(id.Key)));
        }

        var rows = 0L;
        await using var reader = await questions.ExecuteReaderAsync(cancellationToken);
        do
        {
            await reader.ReadAsync(cancellationToken);
            using var plan = System.Text.Json.JsonDocument.Parse(reader.GetString(0));
            rows += (long)plan.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble();
        }
        while (await reader.NextResultAsync(cancellationToken));

        return rows;
    }

    /// <summary>The rows of given keys in an open snapshot, with all that point to them.</summary>
    public async Task<ImmutableArray<TableChanges>> ReadRowsAsync(
        NpgsqlConnection connection, int table, ImmutableArray<string[]> keys, StreamProgress before, CancellationToken cancellationToken)
    {
        ImmutableArray<TableChanges> rows = [.. tables.Select(other => new TableChanges(other, [], [], []))];
        await using (var ask = new NpgsqlBatch(connection) { BatchCommands = { new(tables[table].RowsOfKeys) { Parameters = { Text(id.Key) } } } })
        {
            ask.BatchCommands[0].Parameters.AddRange(TableChanges.Columns(tables[table], keys).ToArray());
            await using var reader = await ask.ExecuteReaderAsync(cancellationToken);
            rows = rows.SetItem(table, await TableChanges.ReadAsync(tables[table], reader, cancellationToken));
        }

        return await CloseAsync(connection, rows, before, cancellationToken);
    }

    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Names are quoted identifiers from the store's own catalog.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // A reverse stream begins with everything copied, whatever its checkpoint says.
    private int CopiedTables(StreamProgress before) => before.IsCopied ? tables.Length : before.CopiedTable;

    private List<TableSql> AskChanges(NpgsqlBatch questions, StreamProgress before, KeyOrder? order)
    {
        var copied = CopiedTables(before);
        var asked = tables.Take(copied + (before.CopiedKey is null ? 0 : 1)).ToList();
        foreach (var (index, table) in asked.Index())
        {
            questions.BatchCommands.Add(new(table.Changes(index < copied ? null : before.CopiedKey, order))
            {
                Parameters = { Text(id.Key), ChangeLog.Snapshot(before.Drained), Text(id.Dataset.Value) },
            });
        }

        return asked;
    }

    private static async Task<ImmutableArray<TableChanges>> ReadChangesAsync(NpgsqlDataReader reader, List<TableSql> asked, CancellationToken cancellationToken)
    {
        var changes = ImmutableArray.CreateBuilder<TableChanges>(asked.Count);
        foreach (var table in asked)
        {
            await reader.NextResultAsync(cancellationToken);
            changes.Add(await TableChanges.ReadAsync(table, reader, cancellationToken));
        }

        return changes.ToImmutable();
    }

    // Goes on as long as tables are copied whole.
    private async Task<CopyBatch> AddNewRowsAsync(NpgsqlDataReader reader, CopyBatch batch, CancellationToken cancellationToken)
    {
        for (var index = batch.CopiedTable; index < tables.Length; index++)
        {
            await reader.NextResultAsync(cancellationToken);
            string[]? last = null;
            var rows = ImmutableArray.CreateBuilder<string>();
            var found = 0L;
            while (await reader.ReadAsync(cancellationToken))
            {
                last = reader.GetFieldValue<string[]>(0);
                rows.Add(reader.GetString(1));
                found = reader.GetInt64(2);
            }

            var isWhole = found < options.RowsPerStep && rows.Count == found;
            var fresh = new TableChanges(tables[index], [], [], rows.ToImmutable()); // The target has none of these keys.
            batch = batch with
            {
                Tables = index < batch.Tables.Length ? batch.Tables.SetItem(index, batch.Tables[index].With(fresh)) : batch.Tables.Add(fresh),
                CopiedTable = isWhole ? index + 1 : index,
                CopiedKey = isWhole ? null : last,
                NewRows = batch.NewRows + rows.Count,
                NewBytes = batch.NewBytes + rows.Sum(row => (long)row.Length),
            };
            if (!isWhole)
            {
                break;
            }
        }

        return batch;
    }

    private async Task<ImmutableArray<TableChanges>> CloseAsync(
        NpgsqlConnection connection, ImmutableArray<TableChanges> changes, StreamProgress before, CancellationToken cancellationToken)
    {
        var closed = changes.ToDictionary(change => change.Sql.Table.FullName, StringComparer.Ordinal);
        foreach (var (index, table) in tables.Take(changes.Length).Index())
        {
            var isWhole = before.IsCopied || index < before.CopiedTable;
            foreach (var foreign in table.Table.ForeignKeys)
            {
                if ((isWhole || (index == before.CopiedTable && before.CopiedKey is not null))
                    && closed.TryGetValue(foreign.TargetFullName, out var parent) && !parent.Keys.IsEmpty)
                {
                    await using var ask = new NpgsqlBatch(connection)
                    {
                        BatchCommands = { new(table.ChildrenOf(foreign, parent.Sql, isWhole ? null : before.CopiedKey)) { Parameters = { Text(id.Key) } } },
                    };
                    ask.BatchCommands[0].Parameters.AddRange(TableChanges.Columns(parent.Sql, parent.Keys).ToArray());
                    await using var reader = await ask.ExecuteReaderAsync(cancellationToken);
                    closed[table.Table.FullName] = closed[table.Table.FullName].With(await TableChanges.ReadAsync(table, reader, cancellationToken));
                }
            }
        }

        return [.. tables.Take(changes.Length).Select(table => closed[table.Table.FullName])];
    }
}
