using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Telemetry;
using Npgsql;
using NpgsqlTypes;

namespace Idp.Storage;

/// <summary>Minute rows of who did what to which object, one partition a UTC day.</summary>
/// <remarks>
/// Any minute is accepted, late or early: without a partition of its own it goes to the default one.
/// Reads walk the rows of their window, so ten times the traffic makes them ten times as long.
/// </remarks>
public sealed partial class TelemetryStore(NpgsqlDataSource database)
{
    /// <summary>Most rows of one batch.</summary>
    public const int MaxBatchRows = PageLimit.Rows;

    private const string ClaimBatchSql = """
        INSERT INTO idp.telemetry_batch (id, newest_minute, operation_level) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING
        """;

    private const string CopySql = """
        COPY idp.telemetry_minute (minute, dataset, key, caller_region, served_by, reads, writes, errors, latency)
        FROM STDIN (FORMAT binary)
        """;

    /// <summary>Stores a batch: all of it or nothing. Delivered again, it counts once.</summary>
    /// <returns><see langword="false"/> when this batch was stored before. An empty batch is not remembered.</returns>
    /// <exception cref="ArgumentException">More than 10,000 rows or operations, or a count below 0; nothing was stored.</exception>
    /// <exception cref="PostgresException">
    /// A partition for its minutes was made at the very same moment (SQLSTATE 23514); nothing was stored, deliver it again.
    /// </exception>
    public async Task<bool> AppendAsync(TelemetryBatch batch, CancellationToken cancellationToken)
    {
        Check(batch);
        if (NewestMinute(batch) is not { } newest)
        {
            return true;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // A second delivery at the same time waits here for the first, and takes over when that fails.
        await using (var claim = new NpgsqlBatch(connection, transaction))
        {
            claim.Add(ClaimBatchSql, batch.Id.Sql(), newest.Sql(), ((short?)batch.Operations?.Level).Sql());
            if (await claim.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                return false;
            }
        }

        await using (var copy = await connection.BeginBinaryImportAsync(CopySql, cancellationToken))
        {
            foreach (var access in batch.Accesses)
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(access.Minute.ToUniversalTime(), NpgsqlDbType.TimestampTz, cancellationToken);
                await copy.WriteAsync(access.Object.Dataset.Value, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(access.Object.Key, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(batch.CallerRegion.Value, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(access.ServedBy.Value, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(access.Reads, NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(access.Writes, NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(access.Errors, NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(access.Latency.ToBytes(), NpgsqlDbType.Bytea, cancellationToken);
            }

            await copy.CompleteAsync(cancellationToken);
        }

        if (batch.Operations is { Events.IsEmpty: false } operations)
        {
            await CopyAsync(connection, operations, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static DateTimeOffset? NewestMinute(TelemetryBatch batch) => batch.Accesses.Select(access => (DateTimeOffset?)access.Minute)
        .Concat(batch.Operations?.Events.Select(operation => (DateTimeOffset?)TelemetryBatch.MinuteOf(operation.At)) ?? [])
        .Max();

    // Keys need no check: an ObjectId has at most 200 characters.
    private static void Check(TelemetryBatch batch)
    {
        if (batch.Accesses.IsDefault)
        {
            throw new ArgumentException($"Telemetry batch {batch.Id} has no accesses.", nameof(batch));
        }

        if (batch.Accesses.Length > MaxBatchRows)
        {
            throw new ArgumentException(
                $"Telemetry batch {batch.Id} has {batch.Accesses.Length} rows, limit {MaxBatchRows}; send it in parts with ids of their own.",
                nameof(batch));
        }

        if (batch.Operations is { } operations && (operations.Events.IsDefault || operations.Events.Length > MaxBatchRows || operations.Level is < 0 or > OperationSample.MaxLevel))
        {
            throw new ArgumentException(
                $"Telemetry batch {batch.Id} has {(operations.Events.IsDefault ? 0 : operations.Events.Length)} operations of level {operations.Level}, limits {MaxBatchRows} and {OperationSample.MaxLevel}.",
                nameof(batch));
        }

        if (batch.Accesses.FirstOrDefault(access => access.Reads < 0 || access.Writes < 0 || access.Errors < 0) is { } negative)
        {
            throw new ArgumentException(
                $"Telemetry batch {batch.Id} has a count below 0 for {negative.Object}: " +
                $"{negative.Reads} reads, {negative.Writes} writes, {negative.Errors} errors.",
                nameof(batch));
        }
    }

    private const string NewestSql = "SELECT max(newest_minute) FROM idp.telemetry_batch";

    /// <returns>The newest minute that anybody reported; <see langword="null"/> when nothing was. One index probe.</returns>
    public async Task<DateTimeOffset?> NewestAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Command(NewestSql);
        return (await command.ReadAsync(row => row.MomentOrNull(0), cancellationToken)).Single();
    }

    private const string OldestSql = "SELECT min(newest_minute) FROM idp.telemetry_batch";

    /// <returns>Since when there are reports, give or take one batch; <see langword="null"/> when there are none. One index probe.</returns>
    public async Task<DateTimeOffset?> OldestAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Command(OldestSql);
        return (await command.ReadAsync(row => row.MomentOrNull(0), cancellationToken)).Single();
    }

    private const string EnsurePartitionsSql = """
        SELECT count(*) FILTER (WHERE idp.ensure_telemetry_day($1 + day)) FROM generate_series(0, $2 - 1) AS day
        """;

    private const int MaxPartitionDays = 400;

    /// <summary>Makes the partitions of some UTC days; rows that came before their partition move into it.</summary>
    /// <param name="days">From 1 to 400.</param>
    /// <returns>How many were missing.</returns>
    /// <exception cref="PostgresException">A long read held the tables for 5 s (SQLSTATE 55P03): try again.</exception>
    public async Task<int> EnsurePartitionsAsync(DateOnly from, int days, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, MaxPartitionDays);
        return (int)await ScalarAsync(EnsurePartitionsSql, [from.Sql(), days.Sql()], cancellationToken);
    }

    private const string DropBeforeSql = "SELECT idp.drop_telemetry_before($1)::bigint";

    /// <summary>Forgets all minutes before a UTC day, and the ids of batches that had nothing newer.</summary>
    /// <returns>How many partitions were dropped.</returns>
    /// <exception cref="PostgresException">A long read held the tables for 5 s (SQLSTATE 55P03): try again.</exception>
    public async Task<int> DropBeforeAsync(DateOnly day, CancellationToken cancellationToken) =>
        (int)await ScalarAsync(DropBeforeSql, [day.Sql()], cancellationToken);

    // Waiting behind a long read would make every delivery wait behind us.
    private const string LockTimeoutSql = "SET LOCAL lock_timeout = '5s'";

    private async Task<long> ScalarAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add(LockTimeoutSql);
        batch.Add(sql, parameters);
        var value = (long)(await batch.ExecuteScalarAsync(cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return value;
    }
}
