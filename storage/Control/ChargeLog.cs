using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Controllers.Cost;
using Idp.Core.Value;
using Npgsql;
using NpgsqlTypes;

namespace Idp.Storage;

/// <summary>What each hour cost, line by line. An hour is written once and never again.</summary>
public sealed class ChargeLog(NpgsqlDataSource database)
{
    private const string LastSql = "SELECT max(hour) FROM idp.metered_hour";

    /// <returns>The start of the last hour that was metered; <see langword="null"/> when none was.</returns>
    public async Task<DateTimeOffset?> LastHourAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Command(LastSql);
        return (await command.ReadAsync(row => row.MomentOrNull(0), cancellationToken)).Single();
    }

    private const string EndedMovesSql = """
        SELECT id, dataset, key, source, size_bytes FROM idp.migration
         WHERE finished_at IS NOT NULL AND charged_in IS NULL
         ORDER BY finished_at, id LIMIT $1
        """;

    /// <summary>Moves that have ended and are not paid for, oldest first.</summary>
    /// <param name="limit">From 1 to 10,000; further ones are for the next hour.</param>
    public async Task<ImmutableArray<EndedMove>> ListEndedMovesAsync(int limit, CancellationToken cancellationToken)
    {
        PageLimit.Check(limit);
        await using var command = database.Command(EndedMovesSql, limit.Sql());
        return await command.ReadAsync(
            row => new EndedMove(MigrationId.Parse(row.GetString(0)), ObjectOf(row, 1), RegionId.Parse(row.GetString(3)), row.GetInt64(4)), cancellationToken);
    }

    private const string ClaimSql = "INSERT INTO idp.metered_hour (hour) VALUES ($1) ON CONFLICT DO NOTHING";

    private const string PaySql = "UPDATE idp.migration SET charged_in = $1 WHERE id = ANY($2) AND charged_in IS NULL";

    private const string CopySql = """
        COPY idp.charge (hour, kind, region, service, tier, dataset, key, instance_type, quantity, unit, usd, utilization)
        FROM STDIN (FORMAT binary)
        """;

    /// <summary>Writes an hour: all of it or nothing.</summary>
    /// <param name="hour">Its start.</param>
    /// <param name="paid">The moves among the charges.</param>
    /// <returns><see langword="false"/> when the hour was written before, or another run has paid one of the moves; nothing is written then.</returns>
    public async Task<bool> TryAppendAsync(
        DateTimeOffset hour, IReadOnlyCollection<Charge> charges, IReadOnlyCollection<MigrationId> paid, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var claim = new NpgsqlBatch(connection, transaction))
        {
            claim.Add(ClaimSql, hour.Sql());
            claim.Add(PaySql, hour.Sql(), paid.Select(id => id.Value).ToArray().Sql());
            if (await claim.ExecuteNonQueryAsync(cancellationToken) != 1 + paid.Count)
            {
                return false;
            }
        }

        await using (var copy = await connection.BeginBinaryImportAsync(CopySql, cancellationToken))
        {
            foreach (var charge in charges)
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(hour.ToUniversalTime(), NpgsqlDbType.TimestampTz, cancellationToken);
                await WriteAsync(copy, charge.Kind.ToString(), cancellationToken);
                await WriteAsync(copy, charge.Region.Value, cancellationToken);
                await WriteAsync(copy, charge.Service?.Value, cancellationToken);
                await WriteAsync(copy, charge.Tier?.ToString(), cancellationToken);
                await WriteAsync(copy, charge.Object?.Dataset.Value, cancellationToken);
                await WriteAsync(copy, charge.Object?.Key, cancellationToken);
                await WriteAsync(copy, charge.InstanceType, cancellationToken);
                await copy.WriteAsync(charge.Quantity, NpgsqlDbType.Numeric, cancellationToken);
                await WriteAsync(copy, charge.Unit, cancellationToken);
                await copy.WriteAsync(charge.CostUsd, NpgsqlDbType.Numeric, cancellationToken);
                await copy.WriteAsync(charge.Utilization, NpgsqlDbType.Numeric, cancellationToken);
            }

            await copy.CompleteAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private const string ReadSql = """
        SELECT hour, kind, region, service, tier, dataset, key, instance_type, quantity, unit, usd, utilization FROM idp.charge
         WHERE hour >= $1 AND hour < $2
         ORDER BY hour, kind, region, service, dataset, key, instance_type
        """;

    /// <summary>The charges of some hours, oldest first.</summary>
    /// <param name="from">Start of the first hour.</param>
    /// <param name="to">The end; an hour that starts here is not in it.</param>
    public async Task<ImmutableArray<Charge>> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ReadSql, from.Sql(), to.Sql());
        return await command.ReadAsync(
            row => new Charge(
                row.Moment(0),
                row.Moment(0).AddHours(1),
                Enum.Parse<SpendKind>(row.GetString(1)),
                RegionId.Parse(row.GetString(2)),
                row.TextOrNull(3) is { } service ? ServiceId.Parse(service) : null,
                row.TextOrNull(4) is { } tier ? Enum.Parse<StorageTier>(tier) : null,
                row.IsDBNull(5) ? null : ObjectOf(row, 5),
                row.TextOrNull(7),
                row.GetDecimal(8),
                row.GetString(9),
                row.GetDecimal(10),
                row.GetDecimal(11)),
            cancellationToken);
    }

    // Kinds and services without a charge in an hour have nothing there; hours that nobody metered are missing for all.
    private const string SumSql = """
        SELECT hour, service, kind, sum(usd) FROM idp.charge
         WHERE hour >= $1 AND hour < $2 AND service IS NOT NULL
         GROUP BY hour, service, kind
         ORDER BY hour, service, kind
        """;

    /// <summary>Sums of each hour by service and kind, oldest first; idle time that nobody owns is left out.</summary>
    public async Task<ImmutableArray<HourSum>> SumAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var command = database.Command(SumSql, from.Sql(), to.Sql());
        return await command.ReadAsync(
            row => new HourSum(row.Moment(0), ServiceId.Parse(row.GetString(1)), Enum.Parse<SpendKind>(row.GetString(2)), row.GetDecimal(3)), cancellationToken);
    }

    private const string DropSql = "DELETE FROM idp.charge WHERE hour < $1";

    /// <summary>Forgets the charges before a UTC day. That their hours were metered is not forgotten.</summary>
    /// <returns>How many were dropped.</returns>
    public async Task<int> DropBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var command = database.Command(DropSql, day.StartOfDay().Sql());
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static ObjectId ObjectOf(NpgsqlDataReader row, int column) => new(DatasetId.Parse(row.GetString(column)), row.GetString(column + 1));

    private static Task WriteAsync(NpgsqlBinaryImporter copy, string? text, CancellationToken cancellationToken) =>
        text is null ? copy.WriteNullAsync(cancellationToken) : copy.WriteAsync(text, NpgsqlDbType.Text, cancellationToken);
}
