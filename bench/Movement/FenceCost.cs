using System.Globalization;
using Idp.Core;
using Idp.Core.Movement;

namespace Idp.Bench.Movement;

/// <summary>What fence, guard and change log cost a database whose processors are busy: pgbench with the statements that the client sends, pipelined.</summary>
/// <remarks>
/// The floor is what any fence and guard of this kind cost on this machine: one statement that takes a shared advisory lock, and
/// one row trigger in PL/pgSQL that does nothing. It reads no row and checks nothing.
/// </remarks>
internal sealed class FenceCost(TwoStores stores)
{
    private const int Clients = 8;
    private const int Seconds = 6;
    private const int Rounds = 3;
    private const int Tenants = 50;
    private const int RowsPerTenant = 1_000;
    private const int BatchRows = 50;

    private static readonly (string Name, string Statement)[] Loads =
    [
        ("Single", "UPDATE {0} SET version = version + 1 WHERE tenant = 'f' || :t AND id = :i;"),
        ("Batch", $"UPDATE {{0}} SET version = version + 1 WHERE tenant = 'f' || :t AND id BETWEEN :i AND :i + {BatchRows - 1};"),
    ];

    public async Task AddAsync(Dictionary<string, double> figures, CancellationToken cancellationToken)
    {
        for (var tenant = 1; tenant <= Tenants; tenant++)
        {
            await stores.BearAsync(string.Create(CultureInfo.InvariantCulture, $"f{tenant}"), RowsPerTenant, cancellationToken);
        }

        // Of a few objects alone the rows of ownership would be scanned; a store has thousands, and an index is used.
        await stores.RunAsync(
            TwoStores.Here,
            """
            CREATE TABLE bare (LIKE item INCLUDING ALL);
            INSERT INTO bare SELECT * FROM item WHERE tenant LIKE 'f%';
            CREATE TABLE barely (LIKE item INCLUDING ALL);
            INSERT INTO barely SELECT * FROM bare;
            CREATE FUNCTION do_nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
            CREATE TRIGGER barely AFTER INSERT OR UPDATE OR DELETE ON barely FOR EACH ROW EXECUTE FUNCTION do_nothing();
            VACUUM ANALYZE bare;
            VACUUM ANALYZE barely;
            INSERT INTO idp.ownership (dataset, object, state, owner_epoch, attempt_epoch) SELECT 'items', 'other' || i, 'owned', 1, 1 FROM generate_series(1, 10000) i;
            VACUUM ANALYZE idp.ownership
            """,
            cancellationToken);
        var rates = Loads.ToDictionary(load => load.Name, _ => (Bare: new List<double>(), Least: new List<double>(), Fenced: new List<double>(), Logged: new List<double>()));
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, statement) in Loads)
            {
                var fenced = $"SELECT idp.enter('items', 'f' || :t, 1);\n{string.Format(CultureInfo.InvariantCulture, statement, "item")}";
                rates[name].Bare.Add(await RunAsync("bare", string.Format(CultureInfo.InvariantCulture, statement, "bare"), cancellationToken));
                rates[name].Least.Add(await RunAsync(
                    "barely", $"SELECT pg_try_advisory_xact_lock_shared(:t);\n{string.Format(CultureInfo.InvariantCulture, statement, "barely")}", cancellationToken));
                rates[name].Fenced.Add(await RunAsync("item", fenced, cancellationToken));
                rates[name].Logged.Add(await LoggingAsync(() => RunAsync("item", fenced, cancellationToken), cancellationToken));
            }
        }

        foreach (var (name, (bare, least, fenced, logged)) in rates)
        {
            figures[$"bare{name}PerSecond"] = bare.Max();
            figures[$"fenceFloor{name}"] = Overhead(least, bare);
            figures[$"fenceOverhead{name}"] = Overhead(fenced, bare);
            figures[$"logOverhead{name}"] = Overhead(logged, bare);
            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"  {name}: {bare.Max():N0} transactions/s without us, the least {Overhead(least, bare):P1}, fence {Overhead(fenced, bare):P1}, fence and log {Overhead(logged, bare):P1}"));
        }
    }

    // The median of the pairs that ran one after the other.
    private static double Overhead(List<double> with, List<double> without) => 1 - with.Zip(without, (one, other) => one / other).Order().ElementAt(with.Count / 2);

    private async Task<double> LoggingAsync(Func<Task<double>> run, CancellationToken cancellationToken)
    {
        var attempt = stores.NextMove();
        ObjectId[] ids = [.. Enumerable.Range(1, Tenants).Select(tenant => new ObjectId(TwoStores.Items, string.Create(CultureInfo.InvariantCulture, $"f{tenant}")))];
        foreach (var id in ids)
        {
            await stores.Store(TwoStores.Here).StartSourceAsync(id, stores.Dataset, attempt, cancellationToken);
        }

        var rate = await run();
        foreach (var id in ids)
        {
            await stores.Store(TwoStores.Here).ResolveAsync(id, attempt, cancellationToken);
            await stores.Store(TwoStores.Here).UnsubscribeAsync(id, attempt, cancellationToken);
        }

        return rate;
    }

    // From a table without dead rows each time: nobody pays for what ran before.
    private async Task<double> RunAsync(string table, string statements, CancellationToken cancellationToken)
    {
        await stores.RunAsync(TwoStores.Here, $"VACUUM FULL {table};\nVACUUM ANALYZE {table};\nVACUUM idp.change;\nVACUUM idp.ownership", cancellationToken);
        return await PgBench.TransactionsPerSecondAsync(
            stores,
            string.Create(CultureInfo.InvariantCulture, $"\\set t random(1, {Tenants})\n\\set i random(1, {RowsPerTenant - BatchRows})\n\\startpipeline\n{statements}\n\\endpipeline\n"),
            Clients,
            Seconds,
            cancellationToken);
    }
}
