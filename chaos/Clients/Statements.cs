using Idp.Chaos.Ledger;
using Npgsql;

namespace Idp.Chaos.Clients;

/// <summary>The SQL of each step.</summary>
internal static class Statements
{
    public const string SleepSql = "SELECT pg_sleep(0.2)";

    // A quarter with a receipt, whose number the region's own sequence draws: no object may be given one twice, wherever it goes.
    private const string AppendSql = """
        WITH receipt AS (INSERT INTO receipt (object_id, generation) SELECT $1, $2 WHERE $3 < 3)
        INSERT INTO list (object_id, generation, list, items) VALUES ($1, $2, $3, ARRAY[$4])
        ON CONFLICT (object_id, generation, list) DO UPDATE SET items = list.items || excluded.items
        """;

    private const string ReadListSql = "SELECT items FROM list WHERE object_id = $1 AND generation = $2 AND list = $3";

    private const string WriteRegisterSql = """
        INSERT INTO register (object_id, generation, register, value) VALUES ($1, $2, $3, $4)
        ON CONFLICT (object_id, generation, register) DO UPDATE SET value = excluded.value
        """;

    private const string ReadRegisterSql = "SELECT value FROM register WHERE object_id = $1 AND generation = $2 AND register = $3";

    private const string InsertItemSql = """
        INSERT INTO item (object_id, generation, item, incarnation) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING incarnation
        """;

    private const string DeleteItemSql = "DELETE FROM item WHERE object_id = $1 AND generation = $2 AND item = $3 RETURNING incarnation";
    private const string ReadItemSql = "SELECT incarnation FROM item WHERE object_id = $1 AND generation = $2 AND item = $3";

    // Locks two rows in no particular order, so that opposite transfers deadlock now and then.
    private const string TransferSql = """
        UPDATE account SET balance = balance + CASE account WHEN $3 THEN -$4::bigint ELSE $4 END
         WHERE object_id = $1 AND generation = $2 AND account IN ($3, $5)
        """;

    private const string ReadAccountsSql = "SELECT array_agg(balance ORDER BY account) FROM account WHERE object_id = $1 AND generation = $2";

    public const string LockAccountSql = "SELECT balance FROM account WHERE object_id = $1 AND generation = $2 AND account = $3 FOR UPDATE";
    public const string SetAccountSql = "UPDATE account SET balance = $4 WHERE object_id = $1 AND generation = $2 AND account = $3";
    public const string ReadAccountSql = "SELECT balance FROM account WHERE object_id = $1 AND generation = $2 AND account = $3";

    public const string OpenSql = """
        INSERT INTO account (object_id, generation, account, balance) SELECT $1, $2, account, $3 FROM generate_series(0, $4 - 1) AS account ON CONFLICT DO NOTHING
        """;

    /// <summary>Everything of a generation, one result a table: key and content.</summary>
    public static readonly string[] ReadAllSql =
    [
        "SELECT list, items FROM list WHERE object_id = $1 AND generation = $2",
        "SELECT register, value FROM register WHERE object_id = $1 AND generation = $2",
        "SELECT item, incarnation FROM item WHERE object_id = $1 AND generation = $2",
        "SELECT account, balance FROM account WHERE object_id = $1 AND generation = $2 ORDER BY account",
    ];

    public static readonly string[] DeleteAllSql =
    [
        "WITH receipts AS (DELETE FROM receipt WHERE object_id = $1 AND generation = $2) DELETE FROM list WHERE object_id = $1 AND generation = $2",
        "DELETE FROM register WHERE object_id = $1 AND generation = $2",
        "DELETE FROM item WHERE object_id = $1 AND generation = $2",
        "DELETE FROM account WHERE object_id = $1 AND generation = $2",
    ];

    /// <summary>Whether the step's statement answers with rows.</summary>
    public static bool Answers(Step step) => step.Kind is not (StepKind.Append or StepKind.WriteRegister or StepKind.Transfer);

    public static string Sql(Step step) => step.Kind switch
    {
        StepKind.Append => AppendSql,
        StepKind.ReadList => ReadListSql,
        StepKind.WriteRegister => WriteRegisterSql,
        StepKind.ReadRegister => ReadRegisterSql,
        StepKind.InsertItem => InsertItemSql,
        StepKind.DeleteItem => DeleteItemSql,
        StepKind.ReadItem => ReadItemSql,
        StepKind.Transfer => TransferSql,
        StepKind.ReadAccounts => ReadAccountsSql,
        _ => throw new ArgumentOutOfRangeException(nameof(step), step.Kind, "This step has no statement."),
    };

    public static void Bind(NpgsqlParameterCollection parameters, Segment segment, Step step)
    {
        Bind(parameters, segment);
        if (step.Kind is not StepKind.ReadAccounts)
        {
            parameters.Add(new NpgsqlParameter<int> { TypedValue = step.Key });
        }

        if (step.Kind is StepKind.Append or StepKind.WriteRegister or StepKind.InsertItem or StepKind.Transfer)
        {
            parameters.Add(new NpgsqlParameter<long> { TypedValue = step.Value });
        }

        if (step.Kind is StepKind.Transfer)
        {
            parameters.Add(new NpgsqlParameter<int> { TypedValue = step.Other });
        }
    }

    public static void Bind(NpgsqlParameterCollection parameters, Segment segment)
    {
        parameters.Add(new NpgsqlParameter<string> { TypedValue = segment.Owner.Key });
        parameters.Add(new NpgsqlParameter<int> { TypedValue = segment.Generation });
    }

    /// <summary>The step with what came back: a scalar or null.</summary>
    public static Step Answered(Step step, object? scalar) => step.Kind switch
    {
        StepKind.ReadList or StepKind.ReadAccounts => step with { Seen = scalar as long[] ?? [] },
        StepKind.ReadRegister or StepKind.ReadItem or StepKind.DeleteItem => step with { Value = scalar as long? ?? 0 },
        StepKind.InsertItem => step with { HasEffect = scalar is long },
        _ => step,
    };
}
