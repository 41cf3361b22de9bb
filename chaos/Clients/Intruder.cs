using Idp.Chaos.Checking;
using Idp.Chaos.Report;
using Idp.Chaos.World;
using Npgsql;

namespace Idp.Chaos.Clients;

/// <summary>Plain connections that do what nobody may: write without entering, empty tables, change a placement key; and look whether two stores own one object.</summary>
internal sealed class Intruder(ChaosWorld world, Tally tally, AnomalyLog anomalies, int seed)
{
    public const string EnterSql = "SELECT idp.enter($1, $2, $3, $4)";

    private const string OwnerSql = "SELECT owner_epoch FROM idp.ownership WHERE dataset = $1 AND object = $2";
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(60);

    // Each is refused whatever the state of the object; $1 is its key.
    private static readonly (string Name, string Sql)[] Forbidden =
    [
        ("insertWithoutEntering", "INSERT INTO list (object_id, generation, list, items) VALUES ($1, -1, -1, ARRAY[666])"),
        ("updateWithoutEntering", "UPDATE ballast SET body = 'spoiled' WHERE object_id = $1"),
        ("deleteWithoutEntering", "DELETE FROM ballast WHERE object_id = $1"),
        ("placementKeyChanged", "UPDATE ballast SET object_id = object_id || 'x' WHERE object_id = $1"),
        ("truncate", "TRUNCATE list"),
    ];

    private readonly Random _random = new(seed);

    public static void Bind(NpgsqlParameterCollection parameters, string key, long epoch, string mode)
    {
        parameters.Add(new NpgsqlParameter<string> { TypedValue = Tables.Dataset.Value });
        parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        parameters.Add(new NpgsqlParameter<long> { TypedValue = epoch });
        parameters.Add(new NpgsqlParameter<string> { TypedValue = mode });
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var key = world.Keys[_random.Next(world.Keys.Length)];
            try
            {
                await (_random.Next(3) == 0 ? IntrudeAsync(key) : CountOwnersAsync(key));
            }
            catch (Exception down) when (down is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                // The store is down just now; whatever it did, it was not to accept.
            }

            await Task.WhenAny(Task.Delay(Between, stopping));
        }
    }

    private async Task IntrudeAsync(string key)
    {
        var store = ChaosWorld.Regions[_random.Next(ChaosWorld.Regions.Length)];
        var (name, sql) = Forbidden[_random.Next(Forbidden.Length)];
        await using var connection = await world.Direct[store].OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        try
        {
#pragma warning disable CA2100 // Constants.
            await using var command = new NpgsqlCommand($"SET LOCAL lock_timeout = '100ms'; {sql.Replace("$1", "@key", StringComparison.Ordinal)}", connection, transaction);
#pragma warning restore CA2100
            if (sql.Contains("$1", StringComparison.Ordinal))
            {
                command.Parameters.Add(new NpgsqlParameter<string>("key", key));
            }

            var rows = await command.ExecuteNonQueryAsync();
            if (rows > 0 || name == "truncate")
            {
                anomalies.Add(new Anomaly("unfenced-write", key, $"{store} accepted '{name}'"));
            }
        }
        catch (PostgresException refused) when (refused.SqlState.StartsWith("ID", StringComparison.Ordinal))
        {
            tally.AddGuard($"{name}Refused");
        }

        await transaction.RollbackAsync();
    }

    // An owner that lets us in cannot be left while we hold its lock: a second one that does so too is a second owner.
    private async Task CountOwnersAsync(string key)
    {
        var owners = new List<string>();
        var held = new List<NpgsqlConnection>();
        try
        {
            foreach (var store in ChaosWorld.Regions.OrderBy(_ => _random.Next()))
            {
                var connection = await world.Direct[store].OpenConnectionAsync();
                held.Add(connection);
                await using var begin = new NpgsqlCommand("BEGIN; SET LOCAL lock_timeout = '100ms'", connection);
                await begin.ExecuteNonQueryAsync();
                await using var ask = new NpgsqlCommand(OwnerSql, connection);
                ask.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Tables.Dataset.Value });
                ask.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });

                // Where it never was, nobody may bring it into being: every one of these was born long ago.
                var epoch = await ask.ExecuteScalarAsync() as long?;
                try
                {
                    await using var enter = new NpgsqlCommand(EnterSql, connection);
                    Bind(enter.Parameters, key, epoch ?? 0, epoch is null ? "write" : "read");
                    await enter.ExecuteScalarAsync();
                    owners.Add($"{store} with epoch {epoch ?? 0}");
                }
                catch (PostgresException)
                {
                    // Not here, or being handed over.
                }
            }
        }
        finally
        {
            foreach (var connection in held)
            {
                await connection.DisposeAsync(); // Rolls back.
            }
        }

        tally.AddGuard("ownersCounted");
        if (owners.Count > 1)
        {
            anomalies.Add(new Anomaly("two-owners", key, string.Join(" and ", owners)));
        }
    }
}
