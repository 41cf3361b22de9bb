using System.Collections.Immutable;
using System.Text.Json;
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
            return new SurveyResult(null, null, [$"{declared.Name} declares no tables (schema: {{}}); name its placement_key and its tables"]);
        }

        var violations = new List<(RegionId Region, string Text)>();
        var shapes = new Dictionary<RegionId, AdoptedDataset>();
        foreach (var (region, store) in regions.All)
        {
            progress.Report($"{region}: reading {schema.Tables.Length} tables");
            try
            {
                shapes[region] = await DatasetReader.ReadAsync(
                    store, declared.Name, schema.PlacementKey, [.. schema.Tables.Select(table => table.ToString())], cancellationToken);
                violations.AddRange(AdoptionRules
                    .Check(shapes[region], [.. schema.ReferenceTables.Select(table => table.ToString())])
                    .Select(text => (region, text)));
            }
            catch (AdoptionException missing)
            {
                violations.Add((region, missing.Message.TrimEnd('.')));
            }
        }

        var all = Grouped(violations);
        if (all.IsEmpty)
        {
            all = Differences(shapes);
        }

        if (!all.IsEmpty)
        {
            return new SurveyResult(schema.BirthRegion, shapes.Values.FirstOrDefault(), all);
        }

        var shape = shapes.Values.First();
        var strays = await StraysAsync(shape, cancellationToken);
        RegionId[] holding = [.. strays.Keys];
        var birth = schema.BirthRegion ?? adopted ?? (shapes.Count == 1 ? shapes.Keys.Single() : holding is [var only] ? only : (RegionId?)null);
        return birth is { } known
            ? new SurveyResult(known, shape, [.. holding.Where(region => region != known).Select(region =>
                $"{region} holds rows of '{strays[region]}' that no move brought there, but the birth region is {known}; delete or move them first")])
            : new SurveyResult(null, shape, [$"schema.birth_region is missing, and {(holding.Length == 0 ? "no region has" : $"{string.Join(", ", holding.Select(region => region.Value))} have")} rows; name the region that holds them"]);
    }

    // The same in every region is said once.
    private ImmutableArray<string> Grouped(List<(RegionId Region, string Text)> violations) =>
    [
        .. violations.GroupBy(violation => violation.Text).Select(group => group.Count() == regions.All.Count()
            ? group.Key
            : $"in {string.Join(", ", group.Select(violation => violation.Region.Value))}: {group.Key}"),
    ];

    private static ImmutableArray<string> Differences(Dictionary<RegionId, AdoptedDataset> shapes)
    {
        var (first, shape) = shapes.First();
        return
        [
            .. from other in shapes
               where other.Value.Fingerprint != shape.Fingerprint
               from table in shape.Tables
               where other.Value.Tables.FirstOrDefault(same => same.FullName == table.FullName) is not { } twin
                   || JsonSerializer.Serialize(twin) != JsonSerializer.Serialize(table)
               select $"{table.FullName} differs between {first} and {other.Key}; run the same schema migrations in both",
        ];
    }

    /// <returns>A key with rows but without ownership, for each region that has one.</returns>
    private async Task<Dictionary<RegionId, string>> StraysAsync(AdoptedDataset shape, CancellationToken cancellationToken)
    {
        var strays = new Dictionary<RegionId, string>();
        foreach (var (region, store) in regions.All)
        {
            if (await StrayKeys.FindOneAsync(store, shape, cancellationToken) is { } key)
            {
                strays[region] = key;
            }
        }

        return strays;
    }
}
