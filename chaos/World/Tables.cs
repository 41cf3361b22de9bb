using Idp.Core;

namespace Idp.Chaos.World;

/// <summary>The application's tables, made in every region and adopted; and one table that is nobody's business.</summary>
internal static class Tables
{
    public const string CreateSql = """
        CREATE TABLE list (object_id text NOT NULL, generation int NOT NULL, list int NOT NULL, items bigint[] NOT NULL,
            PRIMARY KEY (object_id, generation, list)) WITH (fillfactor = 70);
        CREATE TABLE register (object_id text NOT NULL, generation int NOT NULL, register int NOT NULL, value bigint NOT NULL,
            PRIMARY KEY (object_id, generation, register)) WITH (fillfactor = 70);
        CREATE TABLE item (object_id text NOT NULL, generation int NOT NULL, item int NOT NULL, incarnation bigint NOT NULL,
            PRIMARY KEY (object_id, generation, item));
        CREATE TABLE account (object_id text NOT NULL, generation int NOT NULL, account int NOT NULL, balance bigint NOT NULL,
            PRIMARY KEY (object_id, generation, account)) WITH (fillfactor = 70);
        CREATE TABLE receipt (object_id text NOT NULL, generation int NOT NULL, number bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (object_id, number));
        CREATE TABLE ballast (object_id text NOT NULL, row_no int NOT NULL, body text NOT NULL, PRIMARY KEY (object_id, row_no));
        CREATE TABLE not_adopted (row_no int PRIMARY KEY, body text NOT NULL);
        INSERT INTO not_adopted SELECT row_no, md5(row_no::text) FROM generate_series(1, 1000) AS row_no;
        """;

    /// <summary>$1 keys, $2 rows of each.</summary>
    public const string FillSql = """
        INSERT INTO ballast (object_id, row_no, body)
        SELECT key, row_no, repeat(md5(key || row_no), 6) FROM unnest($1::text[]) AS key, generate_series(1, $2) AS row_no
        """;

    public const string NotAdoptedSql = "SELECT md5(string_agg(t::text, '|' ORDER BY row_no)) FROM not_adopted t";

    /// <summary>$1 the object.</summary>
    public const string BallastSql = "SELECT md5(string_agg(t::text, '|' ORDER BY row_no)) FROM ballast t WHERE object_id = $1";

    public static readonly DatasetId Dataset = DatasetId.Parse("chaos");

    /// <summary>Every adopted table.</summary>
    public static readonly string[] Adopted = ["list", "register", "item", "account", "receipt", "ballast"];

    /// <summary>The dataset as its owner would declare it.</summary>
    public static string Intent(RegionId birth) => $"""
        data_object:
          name: "{Dataset}"
          schema:
            placement_key: object_id
            birth_region: {birth}
            tables:
              - name: public.list
              - name: public.register
              - name: public.item
              - name: public.account
              - name: public.receipt
              - name: public.ballast
          requirements:
            latency:
              p99_target_ms: 50
              p50_target_ms: 10
            availability:
              target_uptime: 0.9999
              max_data_loss_minutes: 5
            consistency:
              level: "strong"
            compliance:
              data_classification: "public_activity"
        """;
}
