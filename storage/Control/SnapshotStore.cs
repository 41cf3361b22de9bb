using Npgsql;

namespace Idp.Storage;

/// <summary>What decisions were made from, kept as written: a replay must read it bit for bit.</summary>
/// <remarks>Text of some kilobytes and more is compressed by PostgreSQL itself; one snapshot is at most 1 GB.</remarks>
public sealed class SnapshotStore(NpgsqlDataSource database)
{
    private const string SaveSql = "INSERT INTO idp.snapshot (kind, as_of, document) VALUES ($1, $2, $3) RETURNING id";

    /// <param name="kind">What reads it, for example <c>placement</c>.</param>
    /// <param name="asOf">The moment it describes, kept to the microsecond.</param>
    /// <returns>Its number. A repeated call stores it again under another.</returns>
    public async Task<long> SaveAsync(string kind, DateTimeOffset asOf, string json, CancellationToken cancellationToken)
    {
        await using var command = database.Command(SaveSql, kind.Sql(), asOf.Sql(), json.Sql());
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private const string ReadSql = "SELECT as_of, document FROM idp.snapshot WHERE id = $1";

    /// <exception cref="KeyNotFoundException">It was never saved, or dropped.</exception>
    public async Task<(DateTimeOffset AsOf, string Json)> ReadAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ReadSql, id.Sql());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.Moment(0), reader.GetString(1))
            : throw new KeyNotFoundException($"There is no snapshot {id}: it was never saved, or its retention has ended.");
    }

    private const string ReadLatestSql = "SELECT id, as_of, document FROM idp.snapshot WHERE kind = $1 ORDER BY id DESC LIMIT 1";

    /// <returns>The newest of its kind; <see langword="null"/> when there is none.</returns>
    public async Task<(long Id, DateTimeOffset AsOf, string Json)?> ReadLatestAsync(string kind, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ReadLatestSql, kind.Sql());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.Moment(1), reader.GetString(2)) : null;
    }

    private const string DropBeforeSql = "DELETE FROM idp.snapshot WHERE as_of < $1";

    /// <summary>Forgets snapshots of the time before a UTC day. Decisions made from them can then no longer be replayed.</summary>
    /// <returns>How many were dropped.</returns>
    public async Task<int> DropBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var command = database.Command(DropBeforeSql, day.StartOfDay().Sql());
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
