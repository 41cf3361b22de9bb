using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Decisions;
using Idp.Policies.Intents;
using Idp.Storage;
using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Cli.Datasets;

/// <summary>Takes a user's existing tables under management, in every configured region, without rewriting them.</summary>
/// <remarks>Everything is checked before anything is changed. Each step may run again; a second adoption renews the guards.</remarks>
public sealed class DatasetAdopter(RegionStores stores, Catalog catalog)
{
    /// <param name="declared">What <paramref name="document"/> says.</param>
    /// <param name="document">The YAML text, kept as written.</param>
    /// <param name="checkOnly">Changes nothing in any database.</param>
    /// <param name="progress">Told of each step, in a sentence.</param>
    /// <exception cref="NpgsqlException">A region or the control database did not answer.</exception>
    public async Task<AdoptionResult> AdoptAsync(
        DataObject declared, string document, OperatingMode mode, bool checkOnly, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await using var regions = new AdoptionRegions(stores);
        var earlier = await catalog.FindDatasetAsync(declared.Name, cancellationToken);
        var survey = await new AdoptionSurvey(regions).RunAsync(declared, earlier?.BirthRegion, progress, cancellationToken);
        var result = new AdoptionResult(
            declared.Name,
            survey.BirthRegion,
            survey.Tables,
            survey.Violations,
            survey.Shape is { } shape ? [.. shape.Tables.SelectMany(table => TableGuards.Install(shape, table))] : [],
            IsAdopted: false, ObjectCount: 0, RowCount: 0, SizeBytes: 0);
        if (checkOnly || survey is not { Violations: [], Shape: { } dataset, BirthRegion: { } birth })
        {
            return result;
        }

        foreach (var (region, store) in regions.All)
        {
            progress.Report($"{region}: guarding {dataset.Tables.Length} tables");
            await RegionAdoption.PrepareAsync(store, region, cancellationToken);
            await RegionAdoption.AdoptAsync(store, survey.Shapes[region], birth, progress, cancellationToken);
        }

        await catalog.UpsertRegionsAsync([.. stores.Endpoints.Select(endpoint => endpoint.Region)], cancellationToken);
        await catalog.ApplyDatasetAsync(DatasetRecords.Of(declared, declared.Schema!, birth, mode, document), cancellationToken);

        progress.Report($"{birth}: registering objects");
        var keys = await RegionAdoption.RegisterObjectsAsync(regions[birth], dataset, cancellationToken);
        await catalog.RegisterObjectsAsync(declared.Name, keys, birth, cancellationToken);

        progress.Report($"{birth}: measuring {keys.Count} objects");
        var sizes = await ObjectSizes.MeasureAsync(regions[birth], dataset, cancellationToken);
        await catalog.UpdateSizesAsync(sizes, cancellationToken);
        return result with
        {
            IsAdopted = true,
            ObjectCount = keys.Count,
            RowCount = sizes.Sum(size => size.RowCount),
            SizeBytes = sizes.Sum(size => size.SizeBytes),
        };
    }
}
