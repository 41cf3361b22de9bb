using System.Diagnostics;
using Idp.Chaos.Clients;
using Idp.Chaos.Ledger;
using Idp.Chaos.Moves;
using Idp.Chaos.World;
using Idp.Cli.Development;
using Idp.Core;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Chaos.Plants;

/// <summary>Builds one bug into a running plane, from outside the product: proof that the checker can fail.</summary>
internal sealed class PlantedBug(ChaosWorld world, PhaseWatch watch, Herd herd, ChaosPlant plant, int seed)
{
    private const int Client = 600;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(3);

    // What the true fence refuses with one of these codes is let through, past guard and log, or is not even asked. Whatever
    // forms of it there are.
    private const string WrapSql = """
        DO $do$
        DECLARE
            f record;
        BEGIN
            FOR f IN
                SELECT pg_get_function_arguments(p.oid) AS arguments, pg_get_function_identity_arguments(p.oid) AS identity,
                       pg_get_function_result(p.oid) AS result, array_to_string(p.proargnames, ', ') AS names
                  FROM pg_proc p WHERE p.pronamespace = 'idp'::regnamespace AND p.proname = 'enter'
            LOOP
                EXECUTE format('ALTER FUNCTION idp.enter(%s) RENAME TO enter_true', f.identity);
                EXECUTE format('CREATE FUNCTION idp.enter(%s) RETURNS %s LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS %L', f.arguments, f.result, format($body$
                    BEGIN
                        IF (/*unasked*/) THEN
                            PERFORM set_config('idp.pass', idp.entry(p_dataset, p_object, false), true);
                            RETURN p_epoch;
                        END IF;
                        RETURN idp.enter_true(%s);
                    EXCEPTION WHEN SQLSTATE 'ID001' OR SQLSTATE 'ID002' OR SQLSTATE 'ID003' THEN
                        IF (/*refused*/) THEN
                            PERFORM set_config('idp.pass', idp.entry(p_dataset, p_object, false), true);
                            RETURN p_epoch;
                        END IF;
                        RAISE;
                    END $body$, f.names));
            END LOOP;
        END
        $do$
        """;

    // Without waiting for the mover's lock: it hides what the fence would let through.
    private const string IsFrozenSql =
        "EXISTS (SELECT FROM idp.ownership o WHERE o.dataset = p_dataset AND o.object = p_object AND o.owner_epoch = p_epoch AND o.state = 'frozen')";

    private const string EaterSql = """
        CREATE FUNCTION public.eat() RETURNS trigger LANGUAGE plpgsql AS $plant$
        BEGIN
            IF random() < 0.5 THEN RETURN NULL; END IF;
            RETURN NEW;
        END
        $plant$;
        CREATE TRIGGER eat BEFORE INSERT ON idp.change FOR EACH ROW EXECUTE FUNCTION public.eat()
        """;

    private const string UnsubscribeSql = "UPDATE idp.ownership SET subscribers = '{}' WHERE dataset = 'chaos' AND object = @key AND state = 'owned' AND subscribers <> '{}'";
    private const string ForgetSql = "DELETE FROM idp.ownership WHERE dataset = 'chaos' AND object = @key AND state = 'moved'";
    private const string LoseSql = """
        SELECT set_config('idp.pass', idp.entry('chaos', @key, false), true);
        DELETE FROM account WHERE object_id = @key AND (generation, account) IN (SELECT generation, account FROM account WHERE object_id = @key ORDER BY generation DESC, account LIMIT 1)
        """;

    // By as much as objects still have receipts of. An UPDATE, since that tells whether it struck.
    private const string SetBackSql = """
        UPDATE idp.store SET region = region WHERE setval('receipt_number_seq', greatest(pg_sequence_last_value('receipt_number_seq') - 300, 1)) > 0 AND @key <> ''
        """;

    private const string RememberSql = "SELECT generation, list, items FROM list WHERE object_id = @key";
    private const string RewriteSql = """
        SELECT set_config('idp.pass', idp.entry('chaos', @key, false), true);
        UPDATE list SET items = @items WHERE object_id = @key AND generation = @generation AND list = @list
        """;

    private const string AppendSql = """
        SELECT set_config('idp.pass', idp.entry('chaos', @key, false), true);
        UPDATE list SET items = items || @value WHERE object_id = @key AND generation = @generation AND list = @list
        """;

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, List<(int Generation, int List, long[] Items)>> _remembered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);
    private long _values = Client * 1_000_000_000L;
    private int _strikes;

    /// <summary>Whether it has had its chances: damage done, or switches passed while it lay in wait.</summary>
    public bool HasStruck => Volatile.Read(ref _strikes) >= (IsInstalled ? 20 : 6);

    private bool IsInstalled => plant is ChaosPlant.FenceOpen or ChaosPlant.FenceIgnoresFreeze or ChaosPlant.ReadsUnfenced or ChaosPlant.GuardOff or ChaosPlant.LogEater
        or ChaosPlant.BehindTheFence;

    public async Task RunAsync(CancellationToken stopping)
    {
        await InstallAsync(stopping);
        while (!stopping.IsCancellationRequested)
        {
            foreach (var migration in watch.Open)
            {
                await ActAsync(migration);
                if (IsInstalled && migration is { Phase: MigrationPhase.Grace, IsUndo: false } && _done.Add(migration.Id))
                {
                    Interlocked.Increment(ref _strikes);
                }
            }

            if (plant is ChaosPlant.BehindTheFence)
            {
                await AppendAsync();
            }

            await Task.WhenAny(Task.Delay(Between, stopping));
        }
    }

    private async Task InstallAsync(CancellationToken cancellationToken)
    {
        var sql = plant switch
        {
            ChaosPlant.FenceOpen => Wrap("true"),
            ChaosPlant.FenceIgnoresFreeze => Wrap("SQLSTATE = 'ID003'", IsFrozenSql),
            ChaosPlant.ReadsUnfenced => Wrap("p_mode = 'read'"),
            ChaosPlant.GuardOff => string.Join(';', Tables.Adopted.Select(table => $"ALTER TABLE {table} DISABLE TRIGGER idp_guard")),
            ChaosPlant.LogEater => EaterSql,
            _ => null,
        };
        if (sql is null)
        {
            return;
        }

        foreach (var store in world.Direct.Values)
        {
#pragma warning disable CA2100 // Constants.
            await using var command = store.CreateCommand(sql);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static string Wrap(string refused, string unasked = "false") =>
        WrapSql.Replace("/*refused*/", refused, StringComparison.Ordinal).Replace("/*unasked*/", unasked, StringComparison.Ordinal);

    private async Task ActAsync(OpenMigration migration)
    {
        switch (plant, migration)
        {
            case (ChaosPlant.SubscriberRemoved, { Phase: MigrationPhase.Verifying or MigrationPhase.Switching }):
                await ExecuteAsync(migration.From, UnsubscribeSql, migration.Key);
                break;
            case (ChaosPlant.LostRow, { Phase: MigrationPhase.Grace, IsUndo: false }) when _done.Add(migration.Id):
                await ExecuteAsync(migration.Target, LoseSql, migration.Key);
                break;
            case (ChaosPlant.SequenceSetBack, _) when _done.Add($"{migration.Id}/{migration.PhaseName}"):
                await ExecuteAsync(migration.From, SetBackSql, migration.Key);
                break;
            case (ChaosPlant.SecondBirth, { Phase: MigrationPhase.Grace, IsUndo: false }) when migration.Source == ChaosWorld.Birth && _done.Add(migration.Id):
                await ExecuteAsync(migration.Source, ForgetSql, migration.Key);
                break;
            case (ChaosPlant.ZombieWrite, { Phase: MigrationPhase.Copying or MigrationPhase.Verifying, IsUndo: false }) when _done.Add(migration.Id):
                _remembered[migration.Id] = await RememberAsync(migration);
                break;
            case (ChaosPlant.ZombieWrite, { Phase: MigrationPhase.Grace, IsUndo: false }) when _remembered.Remove(migration.Id, out var rows):
                foreach (var row in rows)
                {
                    await ExecuteAsync(
                        migration.Target, RewriteSql, migration.Key,
                        new NpgsqlParameter<int>("generation", row.Generation), new NpgsqlParameter<int>("list", row.List), new NpgsqlParameter<long[]>("items", row.Items));
                }

                break;
            default:
                break;
        }
    }

    private async Task<List<(int Generation, int List, long[] Items)>> RememberAsync(OpenMigration migration)
    {
        var rows = new List<(int, int, long[])>();
        await using var command = world.Direct[migration.Source].CreateCommand(RememberSql);
        command.Parameters.Add(new NpgsqlParameter<string>("key", migration.Key));
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add((reader.GetInt32(0), reader.GetInt32(1), reader.GetFieldValue<long[]>(2)));
        }

        return rows;
    }

    // As a client that thinks it knows better: finds the row, writes it, and believes what it is told.
    private async Task AppendAsync()
    {
        var item = herd.Objects[_random.Next(herd.Objects.Length)];
        if (item.Current is not { } segment || !segment.TryBegin())
        {
            return;
        }

        LedgerEntry? entry = null;
        try
        {
            var (list, value, start) = (_random.Next(Plan.Lists), ++_values, Stopwatch.GetTimestamp());
            foreach (var store in ChaosWorld.Regions.OrderBy(_ => _random.Next()))
            {
                if (await ExecuteAsync(
                    store, AppendSql, item.Key,
                    new NpgsqlParameter<int>("generation", segment.Generation), new NpgsqlParameter<int>("list", list), new NpgsqlParameter<long>("value", value)) > 0)
                {
                    entry = new LedgerEntry(Client, start, Stopwatch.GetTimestamp(), Outcome.Ok, [new Step(StepKind.Append, list, value)]);
                    break;
                }
            }
        }
        finally
        {
            segment.End(entry);
        }
    }

    private async Task<int> ExecuteAsync(RegionId store, string sql, string key, params NpgsqlParameter[] more)
    {
        try
        {
            await using var connection = await world.Direct[store].OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
#pragma warning disable CA2100 // Constants.
            await using var command = new NpgsqlCommand(sql, connection, transaction);
#pragma warning restore CA2100
            command.Parameters.Add(new NpgsqlParameter<string>("key", key));
            command.Parameters.AddRange(more);
            var rows = await command.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
            Interlocked.Add(ref _strikes, rows > 0 && plant is not ChaosPlant.BehindTheFence ? 1 : 0);
            return rows;
        }
        catch (NpgsqlException)
        {
            return 0; // The store is down just now.
        }
    }
}
