using Idp.Storage.Regions;

namespace Idp.Storage.Tests.Regions.Properties;

/// <summary>A column type and the values that are hard on a copy.</summary>
/// <param name="Literals">SQL expressions of the type's edges.</param>
internal sealed record ColumnKind(string Type, params string[] Literals)
{
    /// <summary>Types that depend on nothing; a schema's own come from <see cref="Own"/>.</summary>
    public static readonly ColumnKind[] Plain =
    [
        new("int", "0", "-2147483648", "2147483647", "7"),
        new("bigint", "9223372036854775807", "-1", "42"),
        new("boolean", "true", "false"),
        new("text", "''", "'a'", "'A'", "'a b'", "E'quo\"te\\'s \\\\ and\\ttabs\\nlines'", "'Ünïcødé 漢字 🐘'", "'NULL'", "'{}'", "'(,)'"),
        new("text", "repeat('toast me ', 20000)", "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 400) i)", "'short'"),
        new("varchar(12)", "'x'", "'twelve chars'"),
        new("char(5)", "'ab'", "'abcde'"),
        new("numeric", "1.0", "1.00", "1.000000000000000000000000001", "'NaN'", "'Infinity'", "-0.0"),
        new("numeric(12, 3)", "1.5", "123456789.123", "-0.001"),
        new("float8", "'-0'", "0", "'NaN'", "'Infinity'", "0.1", "1e-300", "1.0000000000000002"),
        new("float4", "'-0'", "3.4e38", "0.1"),
        new("timestamptz", "'2024-02-29 23:59:59.999999+14'", "'infinity'", "'0044-03-15 12:00:00+00 BC'", "'2021-04-01T00:00:00Z'"),
        new("timestamp", "'1999-12-31 23:59:60'", "'-infinity'"),
        new("date", "'2000-02-29'", "'infinity'"),
        new("interval", "'1 mon -3 days 04:05:06.789'", "'24:00:00'", "'1 day'"),
        new("uuid", "'00000000-0000-0000-0000-000000000000'", "gen_random_uuid()"),
        new("bytea", "'\\x'", "'\\x00ff5c27'", "decode(repeat('ab', 5000), 'hex')"),
        new("jsonb", "'{\"n\": 1.0}'", "'{\"n\": 1.00}'", "'null'", "'[]'", "'{\"b\": [1, {\"c\": \"é\\\"\"}], \"a\": null}'"),
        new("json", "'{\"a\":  1, \"a\": 2}'", "'[ ]'"),
        new("text[]", "'{}'", "ARRAY['a', NULL, 'b\"c', '{}', 'NULL']", "'[2:3]={x,y}'"),
        new("int[]", "'{{1,2},{3,4}}'", "'{}'", "ARRAY[NULL, 1]"),
        new("numeric[]", "ARRAY[1.0, 1.00]", "ARRAY['NaN'::numeric]"),
        new("inet", "'10.0.0.1/8'", "'::1'"),
        new("int4range", "'[1,5)'", "'empty'", "'(,)'"),
        new("bit varying(8)", "B'101'", "B''"),
    ];

    /// <summary>An enum, a composite and an array of composites, made in the schema itself.</summary>
    public static ColumnKind[] Own(string schema) =>
    [
        new($"{Quote.Identifier(schema)}.mood", "'sad'", "'very happy'"),
        new($"{Quote.Identifier(schema)}.place", "'(1.0,\"a,b\",)'", "'(1.00,,happy)'", "'(,,)'"),
        new($"{Quote.Identifier(schema)}.place[]", "'{}'", $"ARRAY['(2,\"q\"\"uote\",sad)'::{Quote.Identifier(schema)}.place, NULL]"),
    ];
}
