using Idp.Core;
using Idp.Core.Movement;
using Npgsql;
using static Idp.Storage.Regions.OwnershipRow;

namespace Idp.Storage.Regions;

/// <summary>How far one stream's copy has come; lies in the target beside the rows.</summary>
/// <param name="Version">Grows by one with each batch that landed; compared and set by the next.</param>
/// <param name="CopiedTable">Tables before this one, parents first, are copied whole.</param>
/// <param name="CopiedKey">The last primary key copied of that table; null before its first row.</param>
/// <param name="Drained">The source's snapshot that the copied rows equal, as PostgreSQL writes it; null before the first batch.</param>
internal sealed record StreamProgress(
    long Version, int CopiedTable, string[]? CopiedKey, bool IsCopied, string? Drained, long RowCount, long SizeBytes)
{
    public static NpgsqlBatchCommand Insert(ObjectId id, Subscriber stream, bool isCopied) =>
        new("INSERT INTO idp.progress (dataset, object, stream, is_copied) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        {
            Parameters = { Text(id.Dataset.Value), Text(id.Key), Number(stream.Code), new NpgsqlParameter<bool> { TypedValue = isCopied } },
        };

    public static NpgsqlBatchCommand Delete(ObjectId id, Subscriber stream) =>
        new("DELETE FROM idp.progress WHERE dataset = $1 AND object = $2 AND stream = $3")
        {
            Parameters = { Text(id.Dataset.Value), Text(id.Key), Number(stream.Code) },
        };

    /// <summary>For a store to which no stream of the object leads any more: those of undos and of moves undone go with the last one.</summary>
    public static NpgsqlBatchCommand DeleteAll(ObjectId id) =>
        new("DELETE FROM idp.progress WHERE dataset = $1 AND object = $2") { Parameters = { Text(id.Dataset.Value), Text(id.Key) } };

    /// <returns>Null when the stream has no progress here: not started, or ended.</returns>
    public static async Task<StreamProgress?> ReadAsync(NpgsqlDataSource data, ObjectId id, Subscriber stream, CancellationToken cancellationToken)
    {
        await using var command = data.CreateCommand("""
            SELECT version, copied_table, copied_key, is_copied, drained::text, row_count, byte_count
            FROM idp.progress WHERE dataset = $1 AND object = $2 AND stream = $3
            """);
        command.Parameters.Add(Text(id.Dataset.Value));
        command.Parameters.Add(Text(id.Key));
        command.Parameters.Add(Number(stream.Code));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new StreamProgress(
                reader.GetInt64(0),
                reader.GetInt32(1),
                reader.IsDBNull(2) ? null : reader.GetFieldValue<string[]>(2),
                reader.GetBoolean(3),
                reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.GetInt64(5),
                reader.GetInt64(6))
            : null;
    }

    /// <summary>Stores this as the successor of <paramref name="version"/>; affects no row when another batch landed first.</summary>
    public NpgsqlBatchCommand CompareAndSet(ObjectId id, Subscriber stream, long version) => new("""
        UPDATE idp.progress
           SET version = $4 + 1, copied_table = $5, copied_key = $6, is_copied = $7, drained = $8::text::pg_snapshot, row_count = $9, byte_count = $10
         WHERE dataset = $1 AND object = $2 AND stream = $3 AND version = $4
        """)
    {
        Parameters =
        {
            Text(id.Dataset.Value),
            Text(id.Key),
            Number(stream.Code),
            Number(version),
            new NpgsqlParameter<int> { TypedValue = CopiedTable },
            new NpgsqlParameter<string[]?> { TypedValue = CopiedKey, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text },
            new NpgsqlParameter<bool> { TypedValue = IsCopied },
            ChangeLog.Snapshot(Drained),
            Number(RowCount),
            Number(SizeBytes),
        },
    };
}
