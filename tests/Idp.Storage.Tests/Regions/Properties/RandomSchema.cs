using System.Collections.Immutable;
using CsCheck;
using Idp.Storage.Regions;

namespace Idp.Storage.Tests.Regions.Properties;

/// <summary>A few tables that one object's rows fill, drawn at random within the adoption rules.</summary>
/// <param name="Name">The schema's name.</param>
internal sealed record RandomSchema(string Name, ImmutableArray<RandomSchema.Table> Tables)
{
    private static readonly string[] KeyTypes = ["int", "int", "text", "timestamptz", "numeric(6, 2)", "uuid", "bytea"];

    /// <param name="KeyTypes">Of the key columns k0, k1 and so on, beside the placement key.</param>
    /// <param name="IsOwnerFirst">Whether the placement key leads the primary key.</param>
    /// <param name="Columns">Of the columns c0, c1 and so on.</param>
    /// <param name="Parent">The table whose key this one repeats and extends; null for none.</param>
    /// <param name="OnDelete">Of the foreign key.</param>
    /// <param name="Identity">ALWAYS or BY DEFAULT; null for none.</param>
    public sealed record Table(
        string Name, ImmutableArray<string> KeyTypes, bool IsOwnerFirst, ImmutableArray<ColumnKind> Columns, int? Parent, string OnDelete, bool HasUnique, string? Identity, bool HasGenerated);

    /// <summary>Schemas with a name that stands for the one they get when they are made.</summary>
    public static Gen<RandomSchema> Gen()
    {
        const string name = "rs";
        var kinds = ColumnKind.Plain.Concat(ColumnKind.Own(name)).ToArray();
        var table = CsCheck.Gen.Select(
            OneOf(KeyTypes).Array[1, 2],
            CsCheck.Gen.Bool,
            OneOf(kinds).Array[1, 6],
            CsCheck.Gen.Int[-1, 3],
            OneOf(["CASCADE", "NO ACTION", "SET NULL"]),
            CsCheck.Gen.Int[0, 5]);
        return table.Array[1, 4].Select(drawn => new RandomSchema(name, [.. drawn.Select((part, index) => new Table(
            $"t{index}",
            [.. part.Item1],
            part.Item2,
            [.. part.Item3],
            part.Item4 >= 0 && index > 0 ? part.Item4 % index : null,
            part.Item5,
            (part.Item6 & 1) == 1,
            (part.Item6 / 2) switch { 1 => "ALWAYS", 2 => "BY DEFAULT", _ => null },
            part.Item6 == 0))]));
    }

    public string Sql(Table table) => $"{Quote.Identifier(Name)}.{table.Name}";

    public ImmutableArray<string> TableNames => [.. Tables.Select(table => $"{Name}.{table.Name}")];

    /// <summary>Key columns that name the parent's row; nullable, so that SET NULL is possible.</summary>
    public IEnumerable<(string Column, string Type)> ParentColumns(Table table) =>
        table.Parent is { } parent ? Tables[parent].KeyTypes.Select((type, index) => ($"p{index}", type)) : [];

    public string CreateSql()
    {
        var types = $"""
            CREATE SCHEMA {Quote.Identifier(Name)};
            CREATE TYPE {Quote.Identifier(Name)}.mood AS ENUM ('sad', 'happy', 'very happy');
            CREATE TYPE {Quote.Identifier(Name)}.place AS (height numeric, label text, mood {Quote.Identifier(Name)}.mood);
            """;
        return string.Join('\n', Tables.Select(CreateTable).Prepend(types));
    }

    private static Gen<T> OneOf<T>(T[] values) => CsCheck.Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private string CreateTable(Table table)
    {
        var key = table.KeyTypes.Select((_, index) => $"k{index}").ToArray();
        string[] primary = table.IsOwnerFirst ? ["owner", .. key] : [.. key, "owner"];
        var lines = new List<string> { "owner text NOT NULL" };
        lines.AddRange(table.KeyTypes.Select((type, index) => $"k{index} {type} NOT NULL"));
        lines.AddRange(ParentColumns(table).Select(column => $"{column.Column} {column.Type}"));
        lines.AddRange(table.Columns.Select((kind, index) => $"c{index} {kind.Type}"));
        if (table.HasUnique)
        {
            lines.Add("u int");
            lines.Add("UNIQUE (owner, u)");
        }

        if (table.Identity is not null)
        {
            lines.Add($"serial_no bigint GENERATED {table.Identity} AS IDENTITY");
        }

        if (table.HasGenerated)
        {
            lines.Add("made text GENERATED ALWAYS AS (md5(owner) || 'made') STORED");
        }

        lines.Add($"PRIMARY KEY ({string.Join(", ", primary)})");
        if (table.Parent is { } parent)
        {
            var columns = ParentColumns(table).Select(column => column.Column).ToArray();
            var action = table.OnDelete == "SET NULL" ? $"SET NULL ({string.Join(", ", columns)})" : table.OnDelete;
            lines.Add($"FOREIGN KEY (owner, {string.Join(", ", columns)}) REFERENCES {Sql(Tables[parent])} (owner, {string.Join(", ", columns.Select((_, index) => $"k{index}"))}) ON DELETE {action}");
        }

        // A foreign key wants its columns unique in this order.
        var also = table.IsOwnerFirst ? string.Empty : $"CREATE UNIQUE INDEX ON {Sql(table)} (owner, {string.Join(", ", key)});\n";
        return $"CREATE TABLE {Sql(table)} (\n    {string.Join(",\n    ", lines)});\n{also}";
    }
}
