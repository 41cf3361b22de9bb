using System.Collections.Immutable;
using Idp.Core;
using Idp.Policies.Intents;
using Idp.Storage.Regions;

namespace Idp.Cli.Datasets;

/// <summary>Reads the declared tables in every region and finds all that stands against adopting them.</summary>
internal sealed class AdoptionSurvey(AdoptionRegions regions)
{
    /// <param name="adopted">The birth region of an earlier adoption; null for the first.</param>
    public async Task<SurveyResult> RunAsync(DataObject declared, RegionId? adopted, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (declared.Schema is not { } schema)
        {
            return SurveyResult.Nothing([$"{declared.Name} declares no tables (schema: {{}}); name its placement_key and its tables"]);
        }

        var violations = new List<Violation>();
        var shapes = new Dictionary<RegionId, AdoptedDataset>();
        var known = new Dictionary<RegionId, EarlierAdoption>();
        var guarded = new HashSet<(RegionId Region, string Table)>();
        var references = ImmutableArray.CreateRange(schema.ReferenceTables.Select(table => table.ToString()));
        foreach (var (region, store) in regions.All)
        {
            progress.Report($"{region}: reading {schema.Tables.Length} tables");
            try
            {
                var shape = shapes[region] = await DatasetReader.ReadAsync(
                    store, declared.Name, schema.PlacementKey, [.. schema.Tables.Select(table => table.ToString())], cancellationToken);
                violations.AddRange(shape.Tables.SelectMany(
                    table => AdoptionRules.Check(shape, table, references).Select(text => new Violation(region, table.FullName, text))));
            }
            catch (AdoptionException missing)
            {
                violations.Add(new Violation(region, null, missing.Message.TrimEnd('.')));
            }

            foreach (var reference in await EarlierAdoption.MissingTablesAsync(store, references, cancellationToken))
            {
                violations.Add(new Violation(region, null, $"the reference table {reference} does not exist; create it with the same rows as elsewhere"));
            }

            if (await EarlierAdoption.FindAsync(store, declared.Name, cancellationToken) is { } earlier)
            {
                known[region] = earlier;
            }

            // One table has one guard, which knows one dataset: under a second name its rows would move while the first one's clients write them.
            foreach (var (table, dataset) in await EarlierAdoption.FindOwnersAsync(store, schema.Tables.Select(table => table.ToString()), cancellationToken))
            {
                guarded.Add((region, table));
                if (dataset != declared.Name.Value)
                {
                    violations.Add(new Violation(region, table, $"{table} belongs to dataset '{dataset}', whose guards it has; release that one first (idp dataset release {dataset})"));
                }
            }
        }

        violations.AddRange(Differences(shapes));
        ImmutableArray<TableFit> tables = [.. schema.Tables.Select(table => table.ToString()).Select(table => new TableFit(table, Grouped(violations.Where(one => one.Table == table))))];
        SurveyResult Result(RegionId? birth, ImmutableArray<string> all) => new(birth, shapes.Values.FirstOrDefault(), tables, all, shapes.ToImmutableDictionary());
        if (violations.Count > 0)
        {
            return Result(schema.BirthRegion, Grouped(violations));
        }

        var born = known.Values.Select(one => (RegionId?)one.BirthRegion).FirstOrDefault();
        if (born is { } first && schema.BirthRegion is { } declaredBirth && declaredBirth != first)
        {
            return Result(first, [$"{declared.Name} was adopted with the birth region {first}, which cannot change to {declaredBirth}: its objects could be born twice; declare {first}, and move objects instead"]);
        }

        // Only a table without guards can have them: it was not part of the move, and would be emptied as what the move left.
        var left = await LeftBehindAsync(shapes, known, guarded, cancellationToken);
        if (!left.IsEmpty)
        {
            return Result(born ?? schema.BirthRegion, left);
        }

        var strays = await StraysAsync(shapes, known, cancellationToken);
        RegionId[] holding = [.. strays.Keys];
        var birth = schema.BirthRegion ?? born ?? adopted ?? (shapes.Count == 1 ? shapes.Keys.Single() : holding is [var only] ? only : (RegionId?)null);
        if (birth is not { } there)
        {
            return Result(null, [$"schema.birth_region is missing, and {(holding.Length == 0 ? "no region has" : $"{string.Join(", ", holding.Select(region => region.Value))} have")} rows; name the region that holds them"]);
        }

        ImmutableArray<string> misplaced = [.. holding.Where(region => region != there).Select(region =>
            $"{region} holds rows of '{strays[region]}' that no move brought there, but the birth region is {there}; delete or move them first")];
        return known.GetValueOrDefault(there) is { IsReleased: true }
            && await StrayKeys.FindMovedAwayAsync(regions[there], shapes[there], cancellationToken) is { } moved
            ? Result(there, [.. misplaced, $"{there} holds rows of '{moved}', which was moved away before the dataset was released; delete them there, or give them another key"])
            : Result(there, misplaced);
    }

    // The same in every region is said once.
    private ImmutableArray<string> Grouped(IEnumerable<Violation> violations) =>
    [
        .. violations.GroupBy(violation => violation.Text).Select(group => group.Count() == regions.All.Count() || group.Any(one => one.Region is null)
            ? group.Key
            : $"in {string.Join(", ", group.Select(violation => violation.Region!.Value.Value))}: {group.Key}"),
    ];

    private static IEnumerable<Violation> Differences(Dictionary<RegionId, AdoptedDataset> shapes)
    {
        if (shapes.Count == 0)
        {
            yield break;
        }

        var (first, shape) = shapes.First();
        foreach (var (region, other) in shapes.Where(other => other.Value.Fingerprint != shape.Fingerprint))
        {
            foreach (var table in shape.Tables)
            {
                var twin = other.Tables.Where(same => same.FullName == table.FullName).ToImmutableArray();
                var differences = SchemaDifference.Between([table], twin);
                if (!differences.IsEmpty)
                {
                    yield return new Violation(null, table.FullName, $"{table.FullName} differs between {first} and {region}: there {string.Join("; ", differences)}; run the same schema migrations in both");
                }
            }
        }
    }

    private async Task<ImmutableArray<string>> LeftBehindAsync(
        Dictionary<RegionId, AdoptedDataset> shapes,
        Dictionary<RegionId, EarlierAdoption> known,
        HashSet<(RegionId Region, string Table)> guarded,
        CancellationToken cancellationToken)
    {
        var left = ImmutableArray.CreateBuilder<string>();
        foreach (var (region, store) in regions.All.Where(pool => known.GetValueOrDefault(pool.Region) is { IsReleased: false }))
        {
            foreach (var table in shapes[region].Tables.Where(table => !guarded.Contains((region, table.FullName))))
            {
                if (await StrayKeys.FindMovedAwayAsync(store, shapes[region] with { Tables = [table] }, cancellationToken) is { } key)
                {
                    left.Add($"{region} holds rows of '{key}' in {table.FullName}, while the object is elsewhere; take them to where it is, by hand, before the table is adopted");
                }
            }
        }

        return left.ToImmutable();
    }

    /// <returns>A key with rows but without ownership, for each region that has one.</returns>
    private async Task<Dictionary<RegionId, string>> StraysAsync(
        Dictionary<RegionId, AdoptedDataset> shapes, Dictionary<RegionId, EarlierAdoption> known, CancellationToken cancellationToken)
    {
        var strays = new Dictionary<RegionId, string>();
        foreach (var (region, store) in regions.All)
        {
            var isReleased = known.GetValueOrDefault(region) is { IsReleased: true } earlier && earlier.BirthRegion != region;
            if (await StrayKeys.FindOneAsync(store, shapes[region], isReleased, cancellationToken) is { } key)
            {
                strays[region] = key;
            }
        }

        return strays;
    }

    private sealed record Violation(RegionId? Region, string? Table, string Text);
}
