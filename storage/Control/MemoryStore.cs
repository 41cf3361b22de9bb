using Idp.Core;
using Npgsql;

namespace Idp.Storage;

/// <summary>What controllers remember of each object between their turns, as JSON text of their own.</summary>
public sealed class MemoryStore(NpgsqlDataSource database)
{
    private const string ReadAllSql = "SELECT dataset, key, document FROM idp.controller_memory WHERE controller = $1";

    /// <summary>All that a controller remembers. One row an object: a million are some 200 MB, once a turn.</summary>
    public async Task<IReadOnlyDictionary<ObjectId, string>> ReadAllAsync(string controller, CancellationToken cancellationToken)
    {
        var memory = new Dictionary<ObjectId, string>();
        await using var command = database.Command(ReadAllSql, controller.Sql());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            memory.Add(new ObjectId(DatasetId.Parse(reader.GetString(0)), reader.GetString(1)), reader.GetString(2));
        }

        return memory;
    }

    // In key order, so that two writers of the same objects wait for each other and never deadlock.
    private const string WriteSql = """
        INSERT INTO idp.controller_memory AS known (controller, dataset, key, document)
        SELECT $1, given.* FROM unnest($2, $3, $4) AS given (dataset, key, document)
         ORDER BY given.dataset COLLATE "C", given.key COLLATE "C"
        ON CONFLICT (controller, dataset, key) DO UPDATE
            SET document = excluded.document
            WHERE known.document <> excluded.document
        """;

    /// <summary>Replaces what is remembered of these objects, all or none; of others nothing changes.</summary>
    public async Task WriteAsync(string controller, IReadOnlyDictionary<ObjectId, string> memory, CancellationToken cancellationToken)
    {
        if (memory.Count == 0)
        {
            return;
        }

        await using var command = database.Command(
            WriteSql,
            controller.Sql(),
            memory.Keys.Select(id => id.Dataset.Value).ToArray().Sql(),
            memory.Keys.Select(id => id.Key).ToArray().Sql(),
            memory.Values.ToArray().Sql());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
