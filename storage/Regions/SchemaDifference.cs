using System.Collections.Immutable;
using System.Text.Json;

namespace Idp.Storage.Regions;

/// <summary>Says in words what makes two readings of the same tables differ.</summary>
public static class SchemaDifference
{
    /// <summary>Compares shapes: what two stores must have in common, and one store must keep while a row moves.</summary>
    /// <returns>A sentence a difference; empty when rows can travel.</returns>
    public static ImmutableArray<string> Between(ImmutableArray<AdoptedTable> before, ImmutableArray<AdoptedTable> after) =>
    [
        .. before.Where(table => !after.Any(other => other.FullName == table.FullName)).Select(table => $"{table.FullName} is gone"),
        .. after.Where(table => !before.Any(other => other.FullName == table.FullName)).Select(table => $"{table.FullName} is new"),
        .. from table in before
           join other in after on table.FullName equals other.FullName
           from difference in Between(table, other)
           select difference,
    ];

    /// <summary>Compares the relations of one store with what they were: a rewrite, for example, changes rows without firing a trigger.</summary>
    public static ImmutableArray<string> Between(ImmutableArray<AdoptedPart> before, ImmutableArray<AdoptedPart> after) =>
    [
        .. before.Where(part => !after.Any(other => other.Name == part.Name)).Select(part => $"partition {part.Name} was detached from {part.Table}, or dropped"),
        .. after.Where(part => !before.Any(other => other.Name == part.Name)).Select(part => $"partition {part.Name} was attached to {part.Table}"),
        .. from part in before
           join other in after on part.Name equals other.Name
           where part.Mark != other.Mark
           select $"{part.Name} was rewritten or truncated, got another bound, or its guards were changed",
    ];

    private static IEnumerable<string> Between(AdoptedTable before, AdoptedTable after)
    {
        if (JsonSerializer.Serialize(before) == JsonSerializer.Serialize(after))
        {
            yield break;
        }

        var columns = Columns(before, after).ToArray();
        foreach (var column in columns)
        {
            yield return column;
        }

        (string What, object Before, object After)[] facts =
        [
            ("primary key", before.PrimaryKey, after.PrimaryKey),
            ("unique indexes", before.Uniques, after.Uniques),
            ("foreign keys", before.ForeignKeys, after.ForeignKeys),
            ("foreign keys of other tables", before.IncomingKeys, after.IncomingKeys),
            ("triggers", before.Triggers, after.Triggers),
            ("row security", before.HasRowSecurity, after.HasRowSecurity),
            ("kind", before.Kind, after.Kind),
            ("obstacles", before.Obstacles, after.Obstacles),
        ];
        var changed = facts.Where(fact => JsonSerializer.Serialize(fact.Before) != JsonSerializer.Serialize(fact.After)).Select(fact => fact.What).ToArray();
        if (changed.Length > 0)
        {
            yield return $"{after.FullName} has other {string.Join(" and ", changed)}";
        }
        else if (columns.Length == 0)
        {
            yield return $"{after.FullName} has its columns in another order";
        }
    }

    private static IEnumerable<string> Columns(AdoptedTable before, AdoptedTable after)
    {
        foreach (var column in before.Columns)
        {
            if (after.Columns.FirstOrDefault(other => other.Name == column.Name) is not { } other)
            {
                yield return $"{after.FullName} has no column '{column.Name}' any more";
            }
            else if (other != column)
            {
                yield return other.Type == column.Type
                    ? $"column '{column.Name}' of {after.FullName} has another definition ({string.Join(", ", Traits(column, other))})"
                    : $"column '{column.Name}' of {after.FullName} was {column.Type} and is {other.Type}";
            }
        }

        foreach (var column in after.Columns.Where(column => !before.Columns.Any(other => other.Name == column.Name)))
        {
            yield return $"{after.FullName} has a new column '{column.Name}'";
        }
    }

    private static IEnumerable<string> Traits(AdoptedColumn before, AdoptedColumn after)
    {
        (string Name, object? Before, object? After)[] traits =
        [
            ("null or not", before.IsNotNull, after.IsNotNull),
            ("generated or not", before.IsGenerated, after.IsGenerated),
            ("identity", before.IsAlwaysIdentity, after.IsAlwaysIdentity),
            ("what its type is made of", before.TypeDetail, after.TypeDetail),
            ("collation or its version", before.Collation, after.Collation),
            ("base type", before.BaseType, after.BaseType),
        ];
        return traits.Where(trait => !Equals(trait.Before, trait.After)).Select(trait => trait.Name);
    }
}
