using Idp.Core;

namespace Idp.Storage;

/// <content>What the sweep of the stores corrects.</content>
public sealed partial class Catalog
{
    // Never while a migration is open: that one publishes by itself. Never to an older epoch.
    private const string AdoptPlacementSql = """
        UPDATE idp.object AS known
           SET primary_region = $3,
               owner_epoch = $4,
               next_epoch = greatest(known.next_epoch, $4 + 1),
               placement_version = known.placement_version + 1,
               routing_version = idp.next_routing_version()
         WHERE known.dataset = $1 AND known.key = $2
           AND (known.owner_epoch < $4 OR (known.owner_epoch = $4 AND known.primary_region <> $3))
           AND NOT EXISTS (SELECT FROM idp.migration AS open WHERE open.dataset = $1 AND open.key = $2 AND open.finished_at IS NULL)
        """;

    /// <summary>Lets placement and routes follow the store that owns an object: the store wins over a catalog that was lost or restored.</summary>
    /// <returns>Whether anything changed.</returns>
    public async Task<bool> AdoptPlacementAsync(ObjectId id, RegionId owner, long ownerEpoch, CancellationToken cancellationToken)
    {
        await using var command = database.Command(AdoptPlacementSql, id.Dataset.Value.Sql(), id.Key.Sql(), owner.Value.Sql(), ownerEpoch.Sql());
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }
}
