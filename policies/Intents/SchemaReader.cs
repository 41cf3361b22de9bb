using System.Collections.Immutable;
using Idp.Policies.Yaml;

namespace Idp.Policies.Intents;

/// <summary>Reads the <c>schema</c> of an intent.</summary>
internal sealed class SchemaReader(KnownRegions regions)
{
    private const int MaxTables = 200;
    private const string TableRule = $"table or schema.table, each {SqlIdentifier.Rule}";

    // A table that both moves and stands everywhere has no meaning, so both lists share this set.
    private readonly HashSet<TableName> _seen = [];

    /// <returns>Null for <c>{}</c>: the tables are not declared yet.</returns>
    public DataObjectSchema? Read(Fields fields)
    {
        if (fields.IsEmpty)
        {
            return null;
        }

        fields.Require("placement_key", "tables");
        return new DataObjectSchema
        {
            PlacementKey = ReadColumn(fields, "placement_key"),
            BirthRegion = regions.ReadName(fields, "birth_region"),
            Tables = [.. fields.Blocks("tables", MaxTables, ReadTable).OfType<TableName>()],
            ReferenceTables = [.. fields.Texts("reference_tables", MaxTables)
                .Select(node => Parse(fields, "reference_tables", node))
                .OfType<TableName>()],
        };
    }

    private static string ReadColumn(Fields fields, string field)
    {
        if (fields.Text(field) is not { } node)
        {
            return string.Empty;
        }

        if (!SqlIdentifier.IsValid(node.Value))
        {
            fields.ReportName(field, node, "a column name", SqlIdentifier.Rule);
        }

        return node.Value;
    }

    private TableName? ReadTable(Fields table)
    {
        table.Require("name");
        return table.Text("name") is { } node ? Parse(table, "name", node) : null;
    }

    private TableName? Parse(Fields fields, string field, ScalarNode node)
    {
        if (fields.Parse<TableName>(field, node, "a table name", TableRule) is not { } table)
        {
            return null;
        }

        if (!_seen.Add(table))
        {
            fields.Sink.Error(
                node.At, DiagnosticCodes.DuplicateItem, $"table '{table}' in {fields.PathOf(field)} is already declared",
                "allowed: each table once, in `tables` or in `reference_tables`");
        }

        return table;
    }
}
