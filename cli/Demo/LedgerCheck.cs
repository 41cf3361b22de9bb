using System.Collections.Immutable;
using Idp.Client;
using Idp.Core;
using Npgsql;

namespace Idp.Cli.Demo;

/// <summary>Reads every written row back, through the product as any client would, and compares it with the ledger.</summary>
internal static class LedgerCheck
{
    private const string ProfileSql = "SELECT item, version FROM profile WHERE user_id = $1";
    private const string ActivitySql = "SELECT item, version FROM activity WHERE user_id = $1";

    /// <returns>Acknowledged writes that are not there: overwritten by something older, missing from the list, or without their row.</returns>
    public static async Task<LedgerVerdict> RunAsync(
        Ledger ledger, IReadOnlyDictionary<RegionId, IdpDataSource> clients, int rowsPerObject, CancellationToken cancellationToken)
    {
        var objects = ledger.Rows.GroupBy(row => row.Key.Key).ToArray();
        var found = await Task.WhenAll(objects.Select(async written =>
        {
            var near = clients[clients.Values.First().FindRoute(new ObjectId(DemoWorld.Dataset, written.Key)).Region];
            var profile = (await ReadAsync(near, ProfileSql, written.Key, cancellationToken)).ToDictionary(row => row.Item, row => row.Version);
            var activity = (await ReadAsync(near, ActivitySql, written.Key, cancellationToken)).ToHashSet();

            var lost = 0L;
            foreach (var ((_, item), row) in written)
            {
                lost += row.Acknowledged.LongCount(version => !activity.Contains((item, version)));
                if (!profile.TryGetValue(item, out var version) || version < row.LastAcknowledged || version > row.Intended)
                {
                    lost++;
                }
            }

            return new LedgerVerdict(1, lost + Math.Max(0, rowsPerObject - profile.Count));
        }));
        return new LedgerVerdict(found.Sum(verdict => verdict.Objects), found.Sum(verdict => verdict.LostWrites));
    }

    private static async Task<ImmutableArray<(int Item, long Version)>> ReadAsync(
        IdpDataSource client, string sql, string key, CancellationToken cancellationToken) =>
        await client.ExecuteAsync(
            DemoWorld.Dataset,
            key,
            Operation.Read,
            async (connection, token) =>
            {
                await using var command = (IdpCommand)connection.CreateCommand();
#pragma warning disable CA2100 // One of the two constants above.
                command.CommandText = sql;
#pragma warning restore CA2100
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
                await using var reader = await command.ExecuteReaderAsync(token);
                var rows = ImmutableArray.CreateBuilder<(int, long)>();
                while (await reader.ReadAsync(token))
                {
                    rows.Add((reader.GetInt32(0), reader.GetInt64(1)));
                }

                return rows.ToImmutable();
            },
            cancellationToken);
}

/// <param name="Objects">Objects read back whole.</param>
internal sealed record LedgerVerdict(long Objects, long LostWrites);
