using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Idp.Core;
using Idp.Storage.Regions;

namespace Idp.Storage.Tests.Regions.Properties;

/// <summary>What clients of an object do: every kind of write, few keys, so that they meet often.</summary>
internal sealed class RandomWrites(RandomSchema schema, ObjectId id, int seed)
{
    private const int Keys = 40;

    private readonly Random _random = new(seed);

    private string Owner => Quote.Literal(id.Key);

    /// <summary>One transaction of a few writes at the object's present owner; a write that breaks a constraint is left out.</summary>
    public string Transaction(long epoch, int writes)
    {
        var sql = new StringBuilder().Append(CultureInfo.InvariantCulture, $"BEGIN; SELECT idp.enter('{id.Dataset}', {Owner}, {epoch});\n");
        for (var write = 0; write < writes; write++)
        {
            var table = schema.Tables[_random.Next(schema.Tables.Length)];
            sql.Append(CultureInfo.InvariantCulture, $"DO $do$ BEGIN\n{Write(table)}\nEXCEPTION WHEN integrity_constraint_violation THEN NULL; END $do$;\n");
        }

        return sql.Append("COMMIT").ToString();
    }

    private string Write(RandomSchema.Table table) => _random.Next(10) switch
    {
        < 4 => Insert(table),
        4 or 5 => $"UPDATE {schema.Sql(table)} SET {Changes(table)} WHERE {Where(table)};",
        6 => $"DELETE FROM {schema.Sql(table)} WHERE {Where(table)};",
        7 => $"DELETE FROM {schema.Sql(table)} WHERE {Where(table)}; {Insert(table)}",
        8 => $"UPDATE {schema.Sql(table)} SET {string.Join(", ", table.KeyTypes.Select((type, index) => $"k{index} = {Key(type)}"))} WHERE {Where(table)};",
        _ => table.HasUnique ? Swap(table) : Insert(table),
    };

    // In one transaction, through a null: each value is then in the other row.
    private string Swap(RandomSchema.Table table)
    {
        var (one, other) = (_random.Next(Keys), _random.Next(Keys));
        var sql = schema.Sql(table);
        return $"""
            UPDATE {sql} SET u = NULL WHERE owner = {Owner} AND u = {one};
            UPDATE {sql} SET u = {one} WHERE owner = {Owner} AND u = {other};
            UPDATE {sql} SET u = {other} WHERE ctid = (SELECT ctid FROM {sql} WHERE owner = {Owner} AND u IS NULL LIMIT 1);
            """;
    }

    private string Insert(RandomSchema.Table table)
    {
        var columns = new List<string> { "owner" };
        var values = new List<string> { Owner };
        foreach (var (index, type) in table.KeyTypes.Index())
        {
            columns.Add($"k{index}");
            values.Add(Key(type));
        }

        var source = string.Empty;
        if (table.Parent is { } parent && _random.Next(8) > 0)
        {
            // Any row there is; none, and nothing is inserted.
            foreach (var (index, _) in schema.Tables[parent].KeyTypes.Index())
            {
                columns.Add($"p{index}");
                values.Add($"p.k{index}");
            }

            source = $" FROM (SELECT * FROM {schema.Sql(schema.Tables[parent])} WHERE owner = {Owner} ORDER BY md5(k0::text || '{_random.Next()}') LIMIT 1) p";
        }

        foreach (var (index, kind) in table.Columns.Index())
        {
            columns.Add($"c{index}");
            values.Add(Value(kind));
        }

        if (table.HasUnique)
        {
            columns.Add("u");
            values.Add(_random.Next(Keys).ToString(CultureInfo.InvariantCulture));
        }

        return $"INSERT INTO {schema.Sql(table)} ({string.Join(", ", columns)}) SELECT {string.Join(", ", values)}{source};";
    }

    private string Changes(RandomSchema.Table table)
    {
        var index = _random.Next(table.Columns.Length);
        var change = $"c{index} = {Value(table.Columns[index])}";
        return table.HasUnique && _random.Next(2) == 0 ? $"{change}, u = {_random.Next(Keys)}" : change;
    }

    // Hits a row about every second time, whatever the keys' types.
    private string Where(RandomSchema.Table table) =>
        $"ctid = (SELECT ctid FROM {schema.Sql(table)} WHERE owner = {Owner} ORDER BY md5(k0::text || '{_random.Next()}') LIMIT 1)";

    private string Value(ColumnKind kind)
    {
        var place = _random.Next(kind.Literals.Length + 1);
        return place == kind.Literals.Length ? $"NULL::{kind.Type}" : $"({kind.Literals[place]})::{kind.Type}";
    }

    private string Key(string type)
    {
        var number = _random.Next(Keys);
        return type switch
        {
            "text" => $"'{"aAäbB_- z"[number % 9]}{number}'",
            "timestamptz" => $"timestamptz '2024-01-31 12:00:00+00' + interval '1 day 1 hour 0.5 seconds' * {number}",
            "uuid" => $"md5('{number}')::uuid",
            "bytea" => $"decode(md5('{number}'), 'hex')",
            _ => $"{number - (Keys / 2)}::{type}",
        };
    }

    /// <summary>Clients whose sessions write times and numbers otherwise than movers do.</summary>
    public static ImmutableArray<string> SessionSettings { get; } =
        ["", "SET search_path = pg_temp; ", "SET TimeZone = 'Asia/Kathmandu'; ", "SET extra_float_digits = -3; SET bytea_output = 'escape'; "];
}
