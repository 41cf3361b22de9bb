using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Decisions;
using Idp.Storage;
using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Cli.Datasets;

/// <summary>Gives a dataset's tables back to plain use, in every configured region; adopting it again is safe.</summary>
/// <remarks>
/// All rows must be in the birth region. What the stores know of objects stays: epochs and the marks of those that moved away, so
/// that no key is born twice after another adoption (docs/decisions/0014). Each step may run again.
/// </remarks>
public sealed class DatasetReleaser(RegionStores stores, Catalog catalog, MigrationLog migrations)
{
    // States of docs/ARCHITECTURE.md: whatever is neither settled nor a mark of the past.
    private const string MotionSql = """
        SELECT min(object) FROM idp.ownership
        WHERE dataset = $1 AND (state IN ('frozen', 'importing') OR move_epoch <> 0 OR stream_from <> 0 OR subscribers <> '{}')
        """;

    private const string OwnedSql = "SELECT count(*), min(object) FROM idp.ownership WHERE dataset = $1 AND state = 'owned'";

    /// <param name="checkOnly">Changes nothing in any database.</param>
    /// <param name="progress">Told of each step, in a sentence.</param>
    /// <exception cref="NpgsqlException">A region or the control database did not answer, or a table stayed locked (55P03), or is not the role's own (42501).</exception>
    public async Task<ReleaseResult> ReleaseAsync(DatasetRecord dataset, bool checkOnly, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await using var regions = new AdoptionRegions(stores);
        var shapes = new Dictionary<RegionId, AdoptedDataset>();
        foreach (var (region, store) in regions.All)
        {
            shapes[region] = await DatasetReader.ReadAsync(store, dataset.Name, dataset.PlacementKey, dataset.Tables, cancellationToken);
        }

        var shape = shapes[dataset.BirthRegion];
        var result = new ReleaseResult(
            dataset.Name, dataset.BirthRegion, await RefusalsAsync(regions, shapes, dataset, cancellationToken),
            [.. shape.Tables.SelectMany(table => TableGuards.Remove(shape, table))], IsReleased: false);
        if (checkOnly || !result.Refusals.IsEmpty)
        {
            return result;
        }

        // Closed everywhere before looking again: a move that has begun is seen, and none begins any more.
        var closed = new List<NpgsqlDataSource>();
        foreach (var (region, store) in regions.All)
        {
            await RegionAdoption.PrepareAsync(store, region, cancellationToken);
            if (await RegionAdoption.CloseAsync(store, dataset.Name, cancellationToken))
            {
                closed.Add(store);
            }
        }

        var late = await RefusalsAsync(regions, shapes, dataset, cancellationToken);
        if (!late.IsEmpty)
        {
            foreach (var store in closed)
            {
                await RegionAdoption.ReopenAsync(store, dataset.Name, cancellationToken);
            }

            return result with { Refusals = late };
        }

        // No loop proposes anything for it any more; its declaration and history stay.
        await catalog.ApplyDatasetAsync(dataset with { Mode = OperatingMode.Observe }, cancellationToken);
        foreach (var (region, store) in regions.All)
        {
            progress.Report($"{region}: removing the guards of {shapes[region].Tables.Length} tables");
            await RegionAdoption.ReleaseAsync(store, shapes[region], progress, cancellationToken);
        }

        return result with { IsReleased = true };
    }

    private async Task<ImmutableArray<string>> RefusalsAsync(
        AdoptionRegions regions, Dictionary<RegionId, AdoptedDataset> shapes, DatasetRecord dataset, CancellationToken cancellationToken)
    {
        var refusals = ImmutableArray.CreateBuilder<string>();
        var open = (await migrations.ListOpenAsync(cancellationToken)).Where(migration => migration.Object.Dataset == dataset.Name).ToArray();
        foreach (var migration in open)
        {
            refusals.Add($"{migration.Object} is being migrated ({migration.Id}, {migration.Phase}); wait for its end, or end it: idp migration cancel {migration.Object}");
        }

        foreach (var (region, store) in regions.All)
        {
            if (await EarlierAdoption.FindAsync(store, dataset.Name, cancellationToken) is null)
            {
                continue;
            }

            var (_, moving) = await AskAsync(store, MotionSql, dataset.Name, cancellationToken);
            if (open.Length == 0 && moving is not null)
            {
                refusals.Add($"{region} still has a move of '{moving}' that no open migration knows; let the worker's reconciler end it (idp worker), then try again");
            }

            if (region == dataset.BirthRegion)
            {
                continue;
            }

            var (count, owned) = await AskAsync(store, OwnedSql, dataset.Name, cancellationToken);
            if (owned is not null)
            {
                refusals.Add($"{count} object{(count == 1 ? " is" : "s are")} in {region}, for example '{owned}', and would stay there; move them home first: idp migrate {dataset.Name}/{owned} --to {dataset.BirthRegion} --reason release");
            }
            else if (await StrayKeys.FindOneAsync(store, shapes[region], isReleased: true, cancellationToken) is { } left)
            {
                refusals.Add($"{region} still has rows of '{left}', an old copy or rows that no move brought; wait for the end of grace and clean-up, or delete them");
            }
        }

        return refusals.ToImmutable();
    }

    private static async Task<(long Count, string? Example)> AskAsync(NpgsqlDataSource store, string sql, DatasetId dataset, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // One of the constants above.
        await using var command = store.CreateCommand(sql);
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = dataset.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var example = reader.FieldCount - 1;
        return (example == 0 ? 0 : reader.GetInt64(0), await reader.IsDBNullAsync(example, cancellationToken) ? null : reader.GetString(example));
    }
}
