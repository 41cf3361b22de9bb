using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Idp.Storage.Regions;

/// <summary>The shape of one adopted table, as one store's catalog describes it.</summary>
/// <param name="PrimaryKey">Column names, in key order.</param>
/// <param name="Uniques">Every other unique index, as its column names; an expression index has none.</param>
/// <param name="Triggers">The owner's own triggers that work with rows, of partitions too.</param>
/// <param name="Obstacles">What else the catalog says that no move can live with, in words.</param>
/// <param name="IncomingKeys">Foreign keys of other tables that point here.</param>
public sealed record AdoptedTable(
    string Schema,
    string Name,
    string Kind,
    bool HasRowSecurity,
    ImmutableArray<AdoptedColumn> Columns,
    ImmutableArray<string> PrimaryKey,
    ImmutableArray<ImmutableArray<string>> Uniques,
    ImmutableArray<AdoptedForeignKey> ForeignKeys,
    ImmutableArray<string> Triggers,
    ImmutableArray<string> Obstacles,
    ImmutableArray<AdoptedForeignKey> IncomingKeys)
{
    /// <summary>As the change log and people name it.</summary>
    [JsonIgnore]
    public string FullName => $"{Schema}.{Name}";

    /// <summary>Quoted, for SQL text.</summary>
    [JsonIgnore]
    public string Sql => $"{Quote.Identifier(Schema)}.{Quote.Identifier(Name)}";

    /// <summary>What a copy carries: generated columns follow by themselves.</summary>
    [JsonIgnore]
    public ImmutableArray<AdoptedColumn> StoredColumns => [.. Columns.Where(column => !column.IsGenerated)];

    /// <exception cref="KeyNotFoundException">The table has no such column.</exception>
    public AdoptedColumn Column(string name) =>
        Columns.FirstOrDefault(column => column.Name == name)
        ?? throw new KeyNotFoundException($"Table {FullName} has no column '{name}'; its columns are {string.Join(", ", Columns.Select(column => column.Name))}.");
}

/// <param name="Type">As SQL names it, for example <c>numeric(10,2)</c>.</param>
/// <param name="IsAlwaysIdentity"><c>GENERATED ALWAYS AS IDENTITY</c>: may be inserted with an override, never updated.</param>
/// <param name="BaseType">The type without its modifier, and for a domain the type below it, for example <c>numeric</c>.</param>
/// <param name="TypeDetail">What an enum, a composite, a domain or an array of them is made of; null for other types.</param>
/// <param name="Collation">Of a key's column: name and version of what orders it; null when bytes do.</param>
/// <param name="IsTextUnique">Equal values have equal texts, whatever a session's settings.</param>
public sealed record AdoptedColumn(
    string Name,
    string Type,
    bool IsNotNull,
    bool IsGenerated,
    bool IsAlwaysIdentity,
    string BaseType,
    string? TypeDetail,
    string? Collation,
    bool IsTextUnique);

/// <param name="Name">Of the constraint; for an incoming key with its table.</param>
/// <param name="Columns">The referencing columns.</param>
/// <param name="TargetColumns">The referenced columns, in the same order.</param>
public sealed record AdoptedForeignKey(
    string Name,
    ImmutableArray<string> Columns,
    string TargetSchema,
    string TargetName,
    ImmutableArray<string> TargetColumns)
{
    [JsonIgnore]
    public string TargetFullName => $"{TargetSchema}.{TargetName}";
}
