using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Movement;
using Npgsql;

namespace Idp.Storage.Regions;

/// <summary>Reads and writes <c>idp.ownership</c>.</summary>
internal static class OwnershipRow
{
    public const string ColumnsSql =
        "state, owner_epoch, attempt_epoch, move_epoch, freeze_nonce, freeze_until, forward_to, forward_epoch, stream_from, subscribers";

    public const string SelectSql = $"SELECT {ColumnsSql} FROM idp.ownership WHERE dataset = $1 AND object = $2";

    public const string UpsertSql = """
        INSERT INTO idp.ownership (dataset, object, state, owner_epoch, attempt_epoch, move_epoch, freeze_nonce, freeze_until,
            forward_to, forward_epoch, stream_from, subscribers)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (dataset, object) DO UPDATE SET
            state = excluded.state, owner_epoch = excluded.owner_epoch, attempt_epoch = excluded.attempt_epoch,
            move_epoch = excluded.move_epoch, freeze_nonce = excluded.freeze_nonce, freeze_until = excluded.freeze_until,
            forward_to = excluded.forward_to, forward_epoch = excluded.forward_epoch, stream_from = excluded.stream_from,
            subscribers = excluded.subscribers
        """;

    // Only if the row is, in every column, what it is thought to be.
    private const string ReplaceSql = $"""
        UPDATE idp.ownership SET ({ColumnsSql}) = ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        WHERE dataset = $1 AND object = $2 AND ({ColumnsSql}) IS NOT DISTINCT FROM ($13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
        """;

    /// <returns>The row; the default value, an object never seen, when the reader has none.</returns>
    public static async Task<Ownership> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken))
        {
            return default;
        }

        return new Ownership
        {
            State = Enum.Parse<OwnershipState>(reader.GetString(0), ignoreCase: true),
            OwnerEpoch = reader.GetInt64(1),
            AttemptEpoch = reader.GetInt64(2),
            MoveEpoch = reader.GetInt64(3),
            FreezeNonce = reader.GetInt64(4),
            FreezeUntil = reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5),
            ForwardTo = reader.IsDBNull(6) ? null : RegionId.Parse(reader.GetString(6)),
            ForwardEpoch = reader.GetInt64(7),
            StreamFrom = reader.GetInt64(8),
            Subscribers = [.. reader.GetFieldValue<long[]>(9).Select(code => new Subscriber(code))],
        };
    }

    public static NpgsqlBatchCommand Select(ObjectId id, string lockClause = "") => new(SelectSql + lockClause)
    {
        Parameters = { Text(id.Dataset.Value), Text(id.Key) },
    };

    public static NpgsqlBatchCommand Upsert(ObjectId id, Ownership row) => Command(UpsertSql, [Text(id.Dataset.Value), Text(id.Key), .. Columns(row)]);

    /// <summary>Writes the row if it is still the one that the change was decided on.</summary>
    /// <param name="condition">What must hold besides; its parameters begin at $23.</param>
    public static NpgsqlBatchCommand Replace(ObjectId id, Ownership before, Ownership after, string condition = "true", params IEnumerable<NpgsqlParameter> parameters) =>
        Command($"{ReplaceSql} AND {condition}", [Text(id.Dataset.Value), Text(id.Key), .. Columns(after), .. Columns(before), .. parameters]);

    public static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    public static NpgsqlParameter<long> Number(long value) => new() { TypedValue = value };

    private static NpgsqlBatchCommand Command(string sql, IEnumerable<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters.ToArray());
        return command;
    }

    private static IEnumerable<NpgsqlParameter> Columns(Ownership row) =>
    [
        Text(NameOf(row.State)),
        Number(row.OwnerEpoch),
        Number(row.AttemptEpoch),
        Number(row.MoveEpoch),
        Number(row.FreezeNonce),
        new NpgsqlParameter<DateTimeOffset?> { TypedValue = row.FreezeUntil?.ToUniversalTime(), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz },
        new NpgsqlParameter<string?> { TypedValue = row.ForwardTo?.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
        Number(row.ForwardEpoch),
        Number(row.StreamFrom),
        new NpgsqlParameter<long[]> { TypedValue = [.. row.Subscribers.Select(subscriber => subscriber.Code)] },
    ];

    private static string NameOf(OwnershipState state) => state switch
    {
        OwnershipState.Absent => "absent",
        OwnershipState.Owned => "owned",
        OwnershipState.Frozen => "frozen",
        OwnershipState.Moved => "moved",
        OwnershipState.Importing => "importing",
        OwnershipState.Fenced => "fenced",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
