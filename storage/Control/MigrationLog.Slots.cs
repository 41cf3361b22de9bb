using Idp.Core;
using Npgsql;

namespace Idp.Storage;

/// <content>Slots: how many migrations copy at once.</content>
public sealed partial class MigrationLog
{
    // All claims take turns, so what one of them reads is what is so. 7129 is any fixed number.
    private const string LockSlotsSql = "SELECT pg_advisory_xact_lock(7129)";

    // Aged by the migration's start, so that one that was held meanwhile keeps its place.
    private const string AskForSlotSql = """
        INSERT INTO idp.slot AS asked (migration_id, source, target, priority, asked_at)
        SELECT id, source, target, priority, started_at FROM idp.migration WHERE id = $1 AND finished_at IS NULL
        ON CONFLICT (migration_id) DO UPDATE SET renewed_at = clock_timestamp()
        RETURNING claimed_at IS NOT NULL, source, target
        """;

    private const string HeldSlotsSql = """
        SELECT source, target FROM idp.slot WHERE claimed_at IS NOT NULL AND renewed_at > clock_timestamp() - $1
        """;

    private const string SlotsAheadSql = """
        SELECT other.source, other.target
          FROM idp.slot AS other, idp.slot AS mine
         WHERE mine.migration_id = $1
           AND other.claimed_at IS NULL AND other.renewed_at > clock_timestamp() - $2
           AND (other.priority, other.asked_at, other.migration_id) < (mine.priority, mine.asked_at, mine.migration_id)
         ORDER BY other.priority, other.asked_at, other.migration_id
         LIMIT 5000
        """;

    private const string TakeSlotSql = "UPDATE idp.slot SET claimed_at = clock_timestamp() WHERE migration_id = $1";

    private const string NoteWaitingSql = """
        UPDATE idp.migration SET waiting_for = $2, updated_at = now() WHERE id = $1 AND finished_at IS NULL
        """;

    /// <summary>Claims a slot, or keeps the place in the queue: by priority, then age. Asking again is how to wait.</summary>
    /// <remarks>A holder whose lease has lapsed goes on if it comes back: limits bound what is claimed.</remarks>
    public async Task<SlotClaim> ClaimSlotAsync(MigrationId id, SlotLimits limits, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var waitingFor = await WaitingForAsync(id, limits, connection, cancellationToken);
        await using (var note = new NpgsqlBatch(connection))
        {
            if (waitingFor is null)
            {
                note.Add(TakeSlotSql, id.Value.Sql());
            }

            note.Add(NoteWaitingSql, id.Value.Sql(), waitingFor.Sql());
            await note.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return new SlotClaim(waitingFor);
    }

    private static async Task<string?> WaitingForAsync(
        MigrationId id, SlotLimits limits, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var ask = new NpgsqlBatch(connection);
        ask.Add(LockSlotsSql);
        ask.Add(AskForSlotSql, id.Value.Sql());
        ask.Add(HeldSlotsSql, limits.Lease.Sql());
        ask.Add(SlotsAheadSql, id.Value.Sql(), limits.Lease.Sql());
        await using var reader = await ask.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var asked = await reader.ReadAsync(row => (IsHeld: row.GetBoolean(0), Route: new SlotRoute(row.GetString(1), row.GetString(2))), cancellationToken);
        if (asked is [] or [{ IsHeld: true }])
        {
            return null; // Ended meanwhile, and its next step will notice; or it has one already.
        }

        await reader.NextResultAsync(cancellationToken);
        var held = await reader.ReadAsync(ReadRoute, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return SlotQueue.WaitingFor(held, await reader.ReadAsync(ReadRoute, cancellationToken), asked[0].Route, limits);
    }

    private const string DropLostSlotsSql = """
        DELETE FROM idp.slot WHERE renewed_at < clock_timestamp() - $1
           OR migration_id IN (SELECT id FROM idp.migration WHERE finished_at IS NOT NULL)
        """;

    /// <summary>Forgets slots whose holder was not heard of for a lease, or has ended.</summary>
    /// <returns>How many.</returns>
    public async Task<int> DropLostSlotsAsync(TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var command = database.Command(DropLostSlotsSql, lease.Sql());
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static SlotRoute ReadRoute(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1));
}
