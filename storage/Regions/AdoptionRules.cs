using System.Collections.Immutable;

namespace Idp.Storage.Regions;

/// <summary>Which tables rows can move between stores from, without losing or colliding (MOVEMENT.md, step 0).</summary>
public static class AdoptionRules
{
    /// <summary>Checks a dataset's tables.</summary>
    /// <param name="referenceTables">Tables that exist in every region with the same rows; foreign keys may point to them.</param>
    /// <returns>Every rule that is broken, in words; empty when the dataset may be adopted.</returns>
    public static ImmutableArray<string> Check(AdoptedDataset dataset, ImmutableArray<string> referenceTables) =>
        [.. dataset.Tables.SelectMany(table => Check(dataset, table, referenceTables))];

    private static IEnumerable<string> Check(AdoptedDataset dataset, AdoptedTable table, ImmutableArray<string> referenceTables)
    {
        var key = dataset.PlacementKey;
        if (table.Kind != "r")
        {
            yield return $"{table.FullName} is not an ordinary table (relkind '{table.Kind}')";
        }

        if (table.HasRowSecurity)
        {
            yield return $"{table.FullName} has row security, which could hide rows from a move";
        }

        if (!table.Columns.Any(column => column.Name == key))
        {
            yield return $"{table.FullName} has no column '{key}', the placement key";
            yield break;
        }

        if (!table.Column(key).IsNotNull)
        {
            yield return $"{table.FullName}.{key} may be null; a row without placement key belongs to no object";
        }

        if (table.PrimaryKey.IsEmpty)
        {
            yield return $"{table.FullName} has no primary key";
        }

        foreach (var unique in table.Uniques.Prepend(table.PrimaryKey).Where(unique => !IsGlobal(table, unique, key)))
        {
            yield return unique.IsEmpty
                ? $"{table.FullName} has a unique index on an expression; two regions could both accept the same value"
                : $"the unique columns ({string.Join(", ", unique)}) of {table.FullName} neither contain '{key}' nor a uuid; two regions could both accept the same value";
        }

        foreach (var foreign in table.ForeignKeys)
        {
            var isInside = dataset.Tables.Any(other => other.FullName == foreign.TargetFullName);
            if (foreign.TargetFullName == table.FullName)
            {
                yield return $"{foreign.Name} points from {table.FullName} to itself; rows could not be copied in chunks";
            }
            else if (isInside && !foreign.Columns.Zip(foreign.TargetColumns).Contains((key, key)))
            {
                yield return $"{foreign.Name} of {table.FullName} does not include '{key}', so it could point to another object";
            }
            else if (!isInside && !referenceTables.Contains(foreign.TargetFullName))
            {
                yield return $"{foreign.Name} of {table.FullName} points to {foreign.TargetFullName}, which is neither part of the dataset nor a reference table";
            }
        }

        foreach (var trigger in table.Triggers)
        {
            yield return $"{table.FullName} has the row trigger '{trigger}', which would fire again for copied rows";
        }
    }

    private static bool IsGlobal(AdoptedTable table, ImmutableArray<string> unique, string key) =>
        unique.Contains(key) || unique.Any(name => table.Column(name).Type == "uuid");
}
