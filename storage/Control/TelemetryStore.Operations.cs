using Idp.Core;
using Idp.Core.Telemetry;
using Npgsql;
using NpgsqlTypes;

namespace Idp.Storage;

public sealed partial class TelemetryStore
{
    private const string CopyOperationsSql = """
        COPY idp.operation_event (at, dataset, key, operation, session, is_write) FROM STDIN (FORMAT binary)
        """;

    // A batch speaks of the time before its newest minute, too; one whose client tells no operations makes all of that time incomplete.
    private const string ReadLevelSql = """
        SELECT max(coalesce(operation_level, $3)) FROM idp.telemetry_batch WHERE newest_minute >= $1 AND newest_minute < $2
        """;

    private const string ReadOperationsSql = """
        SELECT at, dataset, key, operation, session, is_write
          FROM idp.operation_event
         WHERE at >= $1 AND at < $2
         ORDER BY at, session, dataset, key, operation, is_write
        """;

    private const string DropOperationsSql = "DELETE FROM idp.operation_event WHERE at < $1";

    /// <summary>Operations in the order of their times, of those objects whose every operation was reported by every client.</summary>
    /// <param name="batchTime">The longest time that one batch speaks of.</param>
    /// <param name="maxEvents">Most to return; beyond, whole objects are left out.</param>
    /// <returns>Of <see cref="OperationSample.MaxLevel"/> when some client did not tell all of its operations, or nobody reported.</returns>
    public async Task<OperationSample> ReadOperationsAsync(DateTimeOffset from, DateTimeOffset to, TimeSpan batchTime, int maxEvents, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var level = await ReadLevelAsync(connection, from - batchTime, to + batchTime, cancellationToken);
        var sampler = new OperationSampler(maxEvents, level);
        await using var command = new NpgsqlCommand(ReadOperationsSql, connection) { Parameters = { from.Sql(), to.Sql() } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            sampler.Add(new OperationEvent(
                reader.Moment(0), new ObjectId(DatasetId.Parse(reader.GetString(1)), reader.GetString(2)), reader.GetString(3), reader.GetString(4), reader.GetBoolean(5)));
        }

        return sampler.Take();
    }

    /// <summary>Forgets operations before a time: what was learned from them is kept elsewhere.</summary>
    /// <returns>How many.</returns>
    public async Task<int> DropOperationsBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var command = database.Command(DropOperationsSql, before.Sql());
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<int> ReadLevelAsync(NpgsqlConnection connection, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadLevelSql, connection)
        {
            Parameters = { from.Sql(), to.Sql(), ((short)OperationSample.MaxLevel).Sql() },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is short level ? level : OperationSample.MaxLevel;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, OperationSample operations, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(CopyOperationsSql, cancellationToken);
        foreach (var operation in operations.Events)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(operation.At.ToUniversalTime(), NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(operation.Object.Dataset.Value, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(operation.Object.Key, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(operation.Operation, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(operation.Session, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(operation.IsWrite, NpgsqlDbType.Boolean, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }
}
