using System.Collections.Immutable;

namespace Idp.Storage.Regions;

/// <summary>Which tables rows can move between stores from, without losing or colliding (MOVEMENT.md, step 0).</summary>
public static class AdoptionRules
{
    /// <summary>Checks a dataset's tables.</summary>
    /// <param name="referenceTables">Tables that exist in every region with the same rows; foreign keys may point to them.</param>
    /// <returns>Every rule that is broken, in words; empty when the dataset may be adopted.</returns>
    public static ImmutableArray<string> Check(AdoptedDataset dataset, ImmutableArray<string> referenceTables) =>
        [.. dataset.Tables.SelectMany(table => Broken(dataset, table, referenceTables))];

    /// <summary>Checks one table alone; each sentence names the table, the reason, and what to do.</summary>
    public static ImmutableArray<string> Check(AdoptedDataset dataset, AdoptedTable table, ImmutableArray<string> referenceTables) =>
        [.. Broken(dataset, table, referenceTables)];

    /// <summary>Checks tables that were adopted, as they are now: owners change them, in every region alike.</summary>
    /// <remarks>Which tables are reference tables only the declaration says; here whatever is pointed to counts as one.</remarks>
    public static ImmutableArray<string> CheckAgain(AdoptedDataset dataset) =>
        Check(dataset, [.. dataset.Tables.SelectMany(table => table.ForeignKeys).Select(key => key.TargetFullName)]);

    private static IEnumerable<string> Broken(AdoptedDataset dataset, AdoptedTable table, ImmutableArray<string> referenceTables)
    {
        var key = dataset.PlacementKey;
        if (table.Kind is not ("r" or "p"))
        {
            yield return $"{table.FullName} is neither an ordinary nor a partitioned table (relkind '{table.Kind}'); name the table that holds the rows";
            yield break;
        }

        foreach (var obstacle in table.Obstacles)
        {
            yield return $"{table.FullName} {obstacle}";
        }

        if (table.HasRowSecurity)
        {
            yield return $"{table.FullName} has row security, which could hide rows from a move; disable it (ALTER TABLE … DISABLE ROW LEVEL SECURITY)";
        }

        foreach (var trigger in table.Triggers)
        {
            yield return $"{table.FullName} has the trigger '{trigger}', which works with rows and would again with copied ones; drop it, or let the application do its work";
        }

        if (!table.Columns.Any(column => column.Name == key))
        {
            yield return $"{table.FullName} has no column '{key}', the placement key; add it, NOT NULL and part of the primary key";
            yield break;
        }

        foreach (var broken in Keys(table, table.Column(key)).Concat(ForeignKeys(dataset, table, referenceTables)))
        {
            yield return broken;
        }
    }

    private static IEnumerable<string> Keys(AdoptedTable table, AdoptedColumn key)
    {
        if (!key.IsNotNull)
        {
            yield return $"{table.FullName}.{key.Name} may be null; a row without placement key belongs to no object; set it NOT NULL";
        }

        if (key.IsGenerated)
        {
            yield return $"{table.FullName}.{key.Name} is a generated column; the placement key must be stored, so make it an ordinary one";
        }

        if (!key.IsTextUnique || key.BaseType is "numeric" or "bytea" or "date" || key.BaseType.StartsWith("time", StringComparison.Ordinal))
        {
            yield return $"{table.FullName}.{key.Name} has the type {key.Type}, of which one value can be written in several ways; as placement key use text, uuid, an integer or an enum";
        }

        if (table.PrimaryKey.IsEmpty)
        {
            yield return $"{table.FullName} has no primary key; add one";
        }

        foreach (var column in table.PrimaryKey.Where(name => name != key.Name).Select(table.Column).Where(column => !column.IsTextUnique))
        {
            yield return $"{table.FullName}.{column.Name} of the primary key has the type {column.Type}, of which equal values can be written in several ways; use another type for the key";
        }

        foreach (var unique in table.Uniques.Prepend(table.PrimaryKey).Where(unique => !unique.IsEmpty || !table.PrimaryKey.IsEmpty).Where(unique => !IsGlobal(table, unique, key.Name)))
        {
            yield return unique.IsEmpty
                ? $"{table.FullName} has a unique index on an expression; two regions could both accept the same value; add '{key.Name}' and index columns only"
                : $"the unique columns ({string.Join(", ", unique)}) of {table.FullName} neither contain '{key.Name}' nor a uuid; two regions could both accept the same value; add '{key.Name}' to them";
        }
    }

    private static IEnumerable<string> ForeignKeys(AdoptedDataset dataset, AdoptedTable table, ImmutableArray<string> referenceTables)
    {
        var key = dataset.PlacementKey;
        foreach (var foreign in table.ForeignKeys)
        {
            var isInside = dataset.Tables.Any(other => other.FullName == foreign.TargetFullName);
            if (foreign.TargetFullName == table.FullName)
            {
                yield return $"{foreign.Name} points from {table.FullName} to itself; rows could not be copied in chunks; drop the constraint";
            }
            else if (isInside && !foreign.Columns.Zip(foreign.TargetColumns).Contains((key, key)))
            {
                yield return $"{foreign.Name} of {table.FullName} does not include '{key}', so it could point to another object; add '{key}' to both its sides";
            }
            else if (!isInside && !referenceTables.Contains(foreign.TargetFullName))
            {
                yield return $"{foreign.Name} of {table.FullName} points to {foreign.TargetFullName}, which is neither part of the dataset nor a reference table; add it to one of them";
            }
        }

        foreach (var incoming in table.IncomingKeys.Where(incoming => !dataset.Tables.Any(other => Holds(dataset, other, incoming))))
        {
            yield return $"{incoming.Name} of {incoming.TargetFullName} points to {table.FullName} from outside the dataset, so its rows would be left behind; add {incoming.TargetFullName} to the dataset, or drop the constraint";
        }
    }

    // A partition's own key comes from a relation of a table that is inside.
    private static bool Holds(AdoptedDataset dataset, AdoptedTable table, AdoptedForeignKey incoming) =>
        table.FullName == incoming.TargetFullName || dataset.Parts.Any(part => part.Table == table.FullName && part.Name == incoming.TargetFullName);

    private static bool IsGlobal(AdoptedTable table, ImmutableArray<string> unique, string key) =>
        unique.Contains(key) || unique.Any(name => table.Column(name).Type == "uuid");
}
