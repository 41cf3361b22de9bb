using Idp.Core;
using Idp.Core.Movement;
using Npgsql;
using static Idp.Storage.Regions.OwnershipRow;

namespace Idp.Storage.Regions;

/// <summary>Which logged changes a stream has not seen.</summary>
internal static class ChangeLog
{
    /// <summary>
    /// SQL that holds for changes <c>c</c> that were not visible in a stored snapshot. Asked of the index by transaction id:
    /// 0.6 ms on a million entries, where <c>pg_visible_in_snapshot</c> on each took 60 (docs/decisions/0004).
    /// </summary>
    /// <param name="parameter">A text parameter with the snapshot; null means that nothing was seen yet.</param>
    public static string IsNew(string parameter) =>
        $"({parameter}::pg_snapshot IS NULL OR c.xid >= pg_snapshot_xmax({parameter}::pg_snapshot) OR c.xid = ANY (ARRAY(SELECT pg_snapshot_xip({parameter}::pg_snapshot))))";

    public static NpgsqlParameter Snapshot(string? snapshot) =>
        new NpgsqlParameter<string?> { TypedValue = snapshot, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text };

    /// <summary>Deletes a batch of the entries that an object's one subscriber has drained for good.</summary>
    /// <param name="drained">
    /// What the subscriber's target has stored durably. Entries below its oldest transaction in flight are visible in it, and in
    /// every snapshot that this stream, or one that begins later, will ever ask with.
    /// </param>
    /// <remarks>Does nothing while there is another subscriber: it may not have seen them.</remarks>
    public static async Task PruneAsync(RegionStore source, ObjectId id, Subscriber stream, string drained, CancellationToken cancellationToken)
    {
        await using var prune = source.Data.CreateCommand("""
            DELETE FROM idp.change WHERE ctid = ANY (ARRAY(
                SELECT c.ctid FROM idp.change c
                WHERE c.dataset = $1 AND c.object = $2 AND c.xid < pg_snapshot_xmin($3::text::pg_snapshot) LIMIT 10000))
            AND EXISTS (SELECT FROM idp.ownership o WHERE o.dataset = $1 AND o.object = $2 AND o.subscribers = ARRAY[$4::bigint])
            """);
        prune.Parameters.Add(Text(id.Dataset.Value));
        prune.Parameters.Add(Text(id.Key));
        prune.Parameters.Add(Text(drained));
        prune.Parameters.Add(Number(stream.Code));
        await prune.ExecuteNonQueryAsync(cancellationToken);
    }
}
