using System.Collections.Concurrent;
using System.Collections.Immutable;
using Idp.Chaos.Checking;
using Idp.Chaos.Ledger;
using Idp.Chaos.Report;
using Idp.Chaos.World;
using Idp.Storage;
using Npgsql;

namespace Idp.Chaos.Clients;

/// <summary>Objects come into being: by two clients at once, in the birth region alone, while some of them are to be moved already.</summary>
internal sealed class Births(ChaosWorld world, Fleet fleet, Herd herd, Work work, Tally tally, AnomalyLog anomalies, int seed)
{
    private const int FirstClient = 800;
    private const int MaxAlive = 24;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentQueue<string> _movable = new();
    private readonly List<ChaosObject> _all = [];
    private readonly Random _random = new(seed);

    /// <summary>Those that the catalog knows.</summary>
    public ImmutableArray<string> Movable => [.. _movable];

    public IReadOnlyList<ChaosObject> All => _all;

    public async Task RunAsync(CancellationToken stopping)
    {
        var catalog = new Catalog(world.Control);
        Plan[] plans = [.. Enumerable.Range(0, 4).Select(number => new Plan(FirstClient + number, new Random(seed + number)))];
        for (var number = 0; !stopping.IsCancellationRequested; number++)
        {
            if (number % 4 == 0 && _all.Count < MaxAlive * (1 + (number / 400)))
            {
                await BearAsync($"n{_all.Count:0000}", plans, catalog);
            }
            else if (_all.Count > 0)
            {
                // Life goes on for those that were born.
                var item = _all[_random.Next(_all.Count)];
                await AccessAsync(plans, item, 2, _random.Next(2) == 0);
            }

            await Task.WhenAny(Task.Delay(Between, stopping));
        }
    }

    /// <summary>Reads every one back and checks its history.</summary>
    public async Task FinishAsync()
    {
        foreach (var item in _all)
        {
            await herd.FinishAsync(item.Current!, delete: false, openingBalance: 0);
        }
    }

    private async Task BearAsync(string key, Plan[] plans, Catalog catalog)
    {
        var item = new ChaosObject(key, Isolation.ReadCommitted);
        item.Current = new Segment(item, 1);
        await RefuseElsewhereAsync(key);
        var isKnownBefore = _random.Next(2) == 0;
        try
        {
            if (isKnownBefore)
            {
                // A move may then begin before there is anything to move.
                await catalog.RegisterObjectsAsync(Tables.Dataset, [key], ChaosWorld.Birth, CancellationToken.None);
                _movable.Enqueue(key);
            }

            await Task.WhenAll(AccessAsync(plans, item, 0, isWrite: true), AccessAsync(plans, item, 1, isWrite: true));
            _all.Add(item);
            if (!isKnownBefore)
            {
                await catalog.RegisterObjectsAsync(Tables.Dataset, [key], ChaosWorld.Birth, CancellationToken.None);
                _movable.Enqueue(key);
            }
        }
        catch (NpgsqlException failure)
        {
            tally.AddError(failure);
        }
    }

    private async Task AccessAsync(Plan[] plans, ChaosObject item, int client, bool isWrite)
    {
        var segment = item.Current!;
        if (!segment.TryBegin())
        {
            return;
        }

        LedgerEntry? entry = null;
        try
        {
            var region = ChaosWorld.Regions[_random.Next(ChaosWorld.Regions.Length)];
            entry = await work.RunAsync(
                FirstClient + client, fleet[region, item.Level, client == 1], segment, Style.Batch, [isWrite ? plans[client].Append() : plans[client].ReadList()], default, false, CancellationToken.None);
        }
        finally
        {
            segment.End(entry);
        }
    }

    private async Task RefuseElsewhereAsync(string key)
    {
        var store = ChaosWorld.Regions[_random.Next(1, ChaosWorld.Regions.Length)];
        try
        {
            await using var command = world.Direct[store].CreateCommand(Intruder.EnterSql);
            Intruder.Bind(command.Parameters, key, 0, "write");
            await command.ExecuteScalarAsync();
            anomalies.Add(new Anomaly("born-elsewhere", key, $"{store} let an unknown object be born; its birth region is {ChaosWorld.Birth}"));
        }
        catch (PostgresException refused) when (refused.SqlState.StartsWith("ID", StringComparison.Ordinal))
        {
            tally.AddGuard("birthElsewhereRefused");
        }
        catch (NpgsqlException)
        {
            // The store is down just now.
        }
    }
}
