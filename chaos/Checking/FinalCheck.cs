using System.Globalization;
using Idp.Chaos.Clients;
using Idp.Chaos.World;
using Idp.Core;
using Npgsql;

namespace Idp.Chaos.Checking;

/// <summary>When everything has come to rest: looks into every store, past the product.</summary>
internal sealed class FinalCheck(ChaosWorld world, Herd herd, Births births, AnomalyLog anomalies)
{
    private const string OwnersSql = "SELECT object, state, coalesce(array_length(subscribers, 1), 0), stream_from FROM idp.ownership WHERE dataset = 'chaos'";
    private const string RowsSql = """
        SELECT (SELECT count(*) FROM list WHERE object_id = $1) + (SELECT count(*) FROM register WHERE object_id = $1) + (SELECT count(*) FROM item WHERE object_id = $1)
             + (SELECT count(*) FROM account WHERE object_id = $1) + (SELECT count(*) FROM ballast WHERE object_id = $1)
             + (SELECT count(*) FROM receipt WHERE object_id = $1)
        """;

    private const string GenerationsSql = """
        SELECT DISTINCT generation FROM (
            SELECT generation FROM list WHERE object_id = $1 UNION ALL SELECT generation FROM register WHERE object_id = $1
            UNION ALL SELECT generation FROM item WHERE object_id = $1 UNION ALL SELECT generation FROM account WHERE object_id = $1
            UNION ALL SELECT generation FROM receipt WHERE object_id = $1) AS present
        """;

    private static readonly string[] Leftovers = ["idp.progress", "idp.change"];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, List<(RegionId Store, string State, int Subscribers, long StreamFrom)>>(StringComparer.Ordinal);
        foreach (var (store, data) in world.Direct)
        {
            await using var command = data.CreateCommand(OwnersSql);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var key = reader.GetString(0);
                rows[key] = [.. rows.GetValueOrDefault(key) ?? [], (store, reader.GetString(1), reader.GetInt32(2), reader.GetInt64(3))];
            }
        }

        foreach (var key in world.Keys.Concat(world.Bystanders).Concat(births.All.Where(born => herd.FinalRows.GetValueOrDefault(born.Key)?.Length > 0).Select(born => born.Key)))
        {
            await CheckObjectAsync(key, rows.GetValueOrDefault(key) ?? [], cancellationToken);
        }

        foreach (var (store, data) in world.Direct)
        {
            foreach (var table in Leftovers)
            {
                if (await ScalarAsync(data, $"SELECT count(*) FROM {table}", null, cancellationToken) is long and > 0 and var count)
                {
                    anomalies.Add(new Anomaly("leftover", store.Value, $"{table} holds {count} rows after everything has ended"));
                }
            }

            if (await ScalarAsync(data, Tables.NotAdoptedSql, null, cancellationToken) as string != world.Checksums[$"not_adopted/{store}"])
            {
                anomalies.Add(new Anomaly("bystander-changed", store.Value, "a table that is not adopted has changed"));
            }
        }
    }

    private async Task CheckObjectAsync(string key, List<(RegionId Store, string State, int Subscribers, long StreamFrom)> rows, CancellationToken cancellationToken)
    {
        var text = string.Join(", ", rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Store}: {row.State}, {row.Subscribers} subscribers, stream {row.StreamFrom}")));
        var owners = rows.Where(row => row.State == "owned").ToArray();
        if (owners.Length != 1)
        {
            anomalies.Add(new Anomaly(owners.Length == 0 ? "no-owner" : "two-owners", key, text));
            return;
        }

        if (rows.Any(row => row.State is "frozen" or "importing" || row.Subscribers > 0 || row.StreamFrom != 0))
        {
            anomalies.Add(new Anomaly("leftover", key, text));
        }

        var owner = owners[0].Store;
        foreach (var (store, data) in world.Direct)
        {
            if (store != owner && await ScalarAsync(data, RowsSql, key, cancellationToken) is long and > 0 and var count)
            {
                anomalies.Add(new Anomaly("leftover", key, $"{store} holds {count} rows of an object that {owner} owns; {text}"));
            }
        }

        if (world.Checksums.TryGetValue(key, out var checksum) && await world.BallastAsync(owner, key, cancellationToken) != checksum)
        {
            anomalies.Add(new Anomaly(world.Bystanders.Contains(key) ? "bystander-changed" : "lost-write", key, $"its ballast in {owner} is not what it was"));
        }

        await CheckRowsAsync(key, owner, cancellationToken);
    }

    // What the last client read is what the owner's store holds, and nothing of earlier generations is left.
    private async Task CheckRowsAsync(string key, RegionId owner, CancellationToken cancellationToken)
    {
        var item = herd.Objects.Concat(births.All).FirstOrDefault(known => known.Key == key);
        if (item?.Current is not { } segment || !herd.FinalRows.TryGetValue(key, out var read) || read.Length == 0)
        {
            return;
        }

        await using var batch = world.Direct[owner].CreateBatch();
        foreach (var sql in Statements.ReadAllSql)
        {
#pragma warning disable CA2100 // Constants.
            var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
            Statements.Bind(command.Parameters, segment);
            batch.BatchCommands.Add(command);
        }

        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            var stored = Herd.RowsText(await Herd.ReadStepsAsync(reader, cancellationToken));
            if (stored != read && !item.UnknownGenerations.Contains(segment.Generation))
            {
                anomalies.Add(new Anomaly("lost-write", key, $"the store of {owner} holds other rows than clients read last: {stored} instead of {read}"));
            }
        }

        await using var generations = world.Direct[owner].CreateCommand(GenerationsSql);
        generations.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        await using var found = await generations.ExecuteReaderAsync(cancellationToken);
        while (await found.ReadAsync(cancellationToken))
        {
            var generation = found.GetInt32(0);
            if (generation != segment.Generation && !item.UnknownGenerations.Contains(generation))
            {
                anomalies.Add(new Anomaly("resurrected", key, $"{owner} holds rows of generation {generation}, which was deleted; now is {segment.Generation}"));
            }
        }
    }

    private static async Task<object?> ScalarAsync(NpgsqlDataSource data, string sql, string? key, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Constants.
        await using var command = data.CreateCommand(sql);
#pragma warning restore CA2100
        if (key is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        }

        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
