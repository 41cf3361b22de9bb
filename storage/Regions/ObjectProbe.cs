using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Movement;
using Npgsql;
using static Idp.Storage.Regions.OwnershipRow;

namespace Idp.Storage.Regions;

/// <summary>Questions about many objects of one dataset at once: one round trip instead of one an object.</summary>
public static class ObjectProbe
{
    private const string OutcomesSql = """
        SELECT o.object, o.result FROM idp.outcome o JOIN unnest($1::text[], $2::text[], $3::bigint[]) AS asked (dataset, object, epoch)
            ON o.dataset = asked.dataset AND o.object = asked.object AND o.epoch = asked.epoch
        """;

    private const string ChangedSql = "SELECT DISTINCT c.object FROM idp.change c WHERE c.dataset = $1 AND c.object = ANY ($2)";

    /// <summary>How attempts ended, as their source has written it down. An outcome never changes, so no lock is needed.</summary>
    /// <returns>Without those that have not ended: resolving them takes the object's lock.</returns>
    public static async Task<ImmutableDictionary<ObjectId, MoveOutcome>> ReadOutcomesAsync(
        RegionStore source, DatasetId dataset, IReadOnlyList<(ObjectId Object, long Epoch)> attempts, CancellationToken cancellationToken)
    {
        await using var command = source.Data.CreateCommand(OutcomesSql);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. attempts.Select(_ => dataset.Value)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. attempts.Select(attempt => attempt.Object.Key)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. attempts.Select(attempt => attempt.Epoch)] });
        var outcomes = ImmutableDictionary.CreateBuilder<ObjectId, MoveOutcome>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            outcomes[new ObjectId(dataset, reader.GetString(0))] = Enum.Parse<MoveOutcome>(reader.GetString(1), ignoreCase: true);
        }

        return outcomes.ToImmutable();
    }

    /// <summary>Which of these objects have entries in the store's change log; a stream of the others has nothing to apply.</summary>
    public static async Task<ImmutableHashSet<ObjectId>> ReadChangedAsync(
        RegionStore store, DatasetId dataset, IReadOnlyList<ObjectId> objects, CancellationToken cancellationToken)
    {
        await using var command = store.Data.CreateCommand(ChangedSql);
        command.Parameters.Add(Text(dataset.Value));
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. objects.Select(id => id.Key)] });
        var changed = ImmutableHashSet.CreateBuilder<ObjectId>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            changed.Add(new ObjectId(dataset, reader.GetString(0)));
        }

        return changed.ToImmutable();
    }
}
