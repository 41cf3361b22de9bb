using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Decisions;
using Npgsql;

namespace Idp.Storage;

/// <summary>Regions, datasets, objects and the routing table.</summary>
/// <remarks>
/// Every change of a placement takes the next version of one counter row and holds it until its commit, so
/// versions commit in their order and a reader misses nothing. The cost: placements change one after the
/// other, about as many a second as the disk commits, and not more with more workers. Moves take seconds
/// and registrations come in thousands, so ten times the objects do not need ten times the versions.
/// </remarks>
public sealed partial class Catalog(NpgsqlDataSource database)
{
    private const string UpsertRegionsSql = """
        INSERT INTO idp.region (id, jurisdiction, hot_usd_per_gb_month, egress_usd_per_gb, vcpu_usd_per_hour)
        SELECT * FROM unnest($1, $2, $3, $4, $5) AS given (id, jurisdiction, hot, egress, vcpu) ORDER BY given.id COLLATE "C"
        ON CONFLICT (id) DO UPDATE
            SET jurisdiction = excluded.jurisdiction,
                hot_usd_per_gb_month = excluded.hot_usd_per_gb_month,
                egress_usd_per_gb = excluded.egress_usd_per_gb,
                vcpu_usd_per_hour = excluded.vcpu_usd_per_hour
        """;

    /// <summary>Adds regions and updates known ones; a region that is left out stays, since objects may live there.</summary>
    public async Task UpsertRegionsAsync(IReadOnlyList<Region> regions, CancellationToken cancellationToken)
    {
        await using var command = database.Command(
            UpsertRegionsSql,
            regions.Select(region => region.Id.Value).ToArray().Sql(),
            regions.Select(region => region.Jurisdiction).ToArray().Sql(),
            regions.Select(region => region.Prices.HotUsdPerGbMonth).ToArray().Sql(),
            regions.Select(region => region.Prices.EgressUsdPerGb).ToArray().Sql(),
            regions.Select(region => region.Prices.VcpuUsdPerHour).ToArray().Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string ListRegionsSql = """
        SELECT id, jurisdiction, hot_usd_per_gb_month, egress_usd_per_gb, vcpu_usd_per_hour FROM idp.region ORDER BY id
        """;

    /// <summary>All regions, by name.</summary>
    public async Task<ImmutableArray<Region>> ListRegionsAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListRegionsSql);
        return await command.ReadAsync(
            row => new Region(
                RegionId.Parse(row.GetString(0)),
                row.GetString(1),
                new RegionPrices(row.GetDecimal(2), row.GetDecimal(3), row.GetDecimal(4))),
            cancellationToken);
    }

    // The version is taken only when the row was written. The document carries the requirements; the columns
    // that were derived from it are compared too, since a newer build may derive them differently.
    private const string ApplyDatasetSql = """
        WITH applied AS (
            INSERT INTO idp.dataset AS known (name, birth_region, placement_key, tables, data_classification, user_region, mode, document)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (name) DO UPDATE
                SET birth_region = excluded.birth_region,
                    placement_key = excluded.placement_key,
                    tables = excluded.tables,
                    data_classification = excluded.data_classification,
                    user_region = excluded.user_region,
                    mode = excluded.mode,
                    document = excluded.document,
                    revision = known.revision + 1,
                    applied_at = now()
                WHERE (known.birth_region, known.placement_key, known.tables, known.data_classification,
                       known.user_region, known.mode, known.document)
                    IS DISTINCT FROM
                      (excluded.birth_region, excluded.placement_key, excluded.tables, excluded.data_classification,
                       excluded.user_region, excluded.mode, excluded.document)
            RETURNING revision)
        SELECT revision, idp.next_routing_version() FROM applied
        """;

    private const string ReadRevisionSql = "SELECT revision FROM idp.dataset WHERE name = $1";

    /// <summary>Stores a dataset. The same record again keeps its revision and wakes no reader.</summary>
    /// <returns>The revision that the dataset has now.</returns>
    /// <exception cref="PostgresException">The birth region is not in the catalog (SQLSTATE 23503): upsert regions first.</exception>
    public async Task<long> ApplyDatasetAsync(DatasetRecord dataset, CancellationToken cancellationToken)
    {
        await using var apply = database.Command(
            ApplyDatasetSql,
            dataset.Name.Value.Sql(),
            dataset.BirthRegion.Value.Sql(),
            dataset.PlacementKey.Sql(),
            dataset.Tables.ToArray().Sql(),
            dataset.DataClassification.Sql(),
            dataset.UserRegion.Sql(),
            dataset.Mode.ToString().Sql(),
            dataset.Document.Sql());
        if (await apply.ExecuteScalarAsync(cancellationToken) is long revision)
        {
            return revision;
        }

        await using var read = database.Command(ReadRevisionSql, dataset.Name.Value.Sql());
        return (long)(await read.ExecuteScalarAsync(cancellationToken))!;
    }

    private const string ListDatasetsSql = """
        SELECT name, birth_region, placement_key, tables, data_classification, user_region, mode, document, revision
          FROM idp.dataset
         WHERE $1 IS NULL OR name = $1
         ORDER BY name
        """;

    /// <returns><see langword="null"/> when it was never applied.</returns>
    public async Task<DatasetRecord?> FindDatasetAsync(DatasetId name, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListDatasetsSql, name.Value.Sql());
        return (await command.ReadAsync(ReadDataset, cancellationToken)).SingleOrDefault();
    }

    /// <summary>All datasets, by name. People declare them, so there are few.</summary>
    public async Task<ImmutableArray<DatasetRecord>> ListDatasetsAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Command(ListDatasetsSql, default(string).Sql());
        return await command.ReadAsync(ReadDataset, cancellationToken);
    }

    private static DatasetRecord ReadDataset(NpgsqlDataReader row) => new(
        DatasetId.Parse(row.GetString(0)),
        RegionId.Parse(row.GetString(1)),
        row.GetString(2),
        [.. row.GetFieldValue<string[]>(3)],
        row.TextOrNull(4),
        row.TextOrNull(5),
        Enum.Parse<OperatingMode>(row.GetString(6)),
        row.GetString(7),
        row.GetInt64(8));
}
