using System.Collections.Immutable;
using Npgsql;

namespace Idp.Storage;

/// <summary>Commands with typed positional parameters, and readers that end.</summary>
internal static class SqlExtensions
{
    /// <summary>A value as the parameter of its own type.</summary>
    public static NpgsqlParameter Sql<T>(this T value) => new NpgsqlParameter<T> { TypedValue = value };

    /// <summary>A moment as timestamptz; Npgsql takes only UTC.</summary>
    public static NpgsqlParameter Sql(this DateTimeOffset value) =>
        new NpgsqlParameter<DateTimeOffset> { TypedValue = value.ToUniversalTime() };

    public static DateTimeOffset StartOfDay(this DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    public static NpgsqlCommand Command(this NpgsqlDataSource database, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    public static void Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
    }

    public static async Task<ImmutableArray<T>> ReadAsync<T>(
        this NpgsqlCommand command, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(map, cancellationToken);
    }

    /// <summary>All rows of the current result.</summary>
    public static async Task<ImmutableArray<T>> ReadAsync<T>(
        this NpgsqlDataReader reader, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        var rows = ImmutableArray.CreateBuilder<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(map(reader));
        }

        return rows.ToImmutable();
    }

    public static string? TextOrNull(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    public static DateTimeOffset Moment(this NpgsqlDataReader reader, int column) => reader.GetFieldValue<DateTimeOffset>(column);

    public static DateTimeOffset? MomentOrNull(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.Moment(column);
}
