using System.Data;
using Idp.Core;
using Npgsql;

namespace Idp.Storage;

public sealed partial class Catalog
{
    /// <summary>The channel that PostgreSQL notifies, with the version as text, when routes or datasets change.</summary>
    public const string RoutesChannel = "idp_routes";

    private const string ReadVersionSql = "SELECT version FROM idp.routing";

    private const string ReadRoutesSql = """
        SELECT dataset, key, primary_region, owner_epoch
          FROM idp.object
         WHERE routing_version > $1
         ORDER BY dataset, key
        """;

    private const string ReadBirthRegionsSql = "SELECT name, birth_region FROM idp.dataset ORDER BY name";

    /// <summary>The routing table, or what changed since a version.</summary>
    /// <param name="afterVersion">The version the reader has; 0 for the complete table.</param>
    /// <returns>Routes and birth regions as of one moment. No change is ever missing from two consecutive reads.</returns>
    /// <remarks>
    /// Changes come from an index and cost what changed. A complete table costs every object: about 100 bytes
    /// each on the wire, so 100 MB for a million; whoever serves it to many keeps it and applies changes.
    /// </remarks>
    public async Task<RoutingDocument> ReadRoutesAsync(long afterVersion, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);

        // One snapshot for all three: the version must be that of the routes.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add(ReadVersionSql);
        batch.Add(ReadRoutesSql, afterVersion.Sql());
        batch.Add(ReadBirthRegionsSql);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);

        var version = (await reader.ReadAsync(row => row.GetInt64(0), cancellationToken)).Single();
        await reader.NextResultAsync(cancellationToken);
        var routes = await reader.ReadAsync(
            row => new RoutingEntry(
                new ObjectId(DatasetId.Parse(row.GetString(0)), row.GetString(1)),
                RegionId.Parse(row.GetString(2)),
                row.GetInt64(3)),
            cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var births = await reader.ReadAsync(
            row => new BirthRegion(DatasetId.Parse(row.GetString(0)), RegionId.Parse(row.GetString(1))), cancellationToken);
        return new RoutingDocument(version, IsComplete: afterVersion == 0, routes, births);
    }
}
