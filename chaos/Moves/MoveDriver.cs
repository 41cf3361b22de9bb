using System.Collections.Concurrent;
using System.Net.Http.Json;
using Idp.Chaos.Clients;
using Idp.Chaos.Report;
using Idp.Chaos.World;
using Idp.Core;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Chaos.Moves;

/// <summary>Keeps objects moving through the product's API: starts, reverts and cancels, without end.</summary>
internal sealed class MoveDriver(ChaosWorld world, PhaseWatch watch, Births births, Tally tally, int atOnce, int seed)
{
    private const int MaxCalls = 16;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    // Shares of all migrations, in percent.
    private const int Reverted = 35;
    private const int Cancelled = 12;
    private const int Resumed = 50;

    private static readonly TimeSpan BatchEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan EvacuationEvery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Evacuated = TimeSpan.FromSeconds(20);

    private readonly Random _random = new(seed);
    private readonly HashSet<string> _decided = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _starting = new(StringComparer.Ordinal);
    private int _calls;

    public async Task RunAsync(CancellationToken stopping)
    {
        var many = Task.WhenAll(BatchesAsync(stopping), EvacuationsAsync(stopping));
        while (!stopping.IsCancellationRequested)
        {
            var open = watch.Open;
            Act(open);
            if (open.Length + _starting.Count < atOnce && _calls < MaxCalls)
            {
                await StartAsync([.. open.Select(migration => migration.Key)], stopping);
            }

            await Task.WhenAny(Task.Delay(Between, stopping));
        }

        await many;
        while (Volatile.Read(ref _calls) > 0)
        {
            await Task.Delay(Between, CancellationToken.None);
        }
    }

    // Many objects in one saga, each with its own switch.
    private async Task BatchesAsync(CancellationToken stopping)
    {
        var random = new Random(seed + 1);
        while (await PausedAsync(BatchEvery, stopping))
        {
            string[] keys = [.. world.Keys.OrderBy(_ => random.Next()).Take(random.Next(2, 10))];
            Call(
                "/api/v1/batches",
                new { Dataset = Tables.Dataset.Value, To = ChaosWorld.Regions[random.Next(ChaosWorld.Regions.Length)].Value, Reason = "chaos", Keys = keys, Operator = "chaos" },
                "batch");
        }
    }

    // A whole region, bystanders too; afterwards it takes objects again.
    private async Task EvacuationsAsync(CancellationToken stopping)
    {
        var random = new Random(seed + 2);
        while (await PausedAsync(EvacuationEvery / 2, stopping))
        {
            var region = ChaosWorld.Regions[random.Next(ChaosWorld.Regions.Length)].Value;
            Call("/api/v1/evacuations", new { Region = region, Reason = "chaos", Operator = "chaos" }, "evacuation");
            await PausedAsync(Evacuated, stopping);

            // Also when the time is up: a drained region would refuse what comes later.
            Call($"/api/v1/evacuations/{region}/cancel", new { Operator = "chaos", Note = "as planned" }, "evacuationCancel");
            await Task.Delay(Between * 10, CancellationToken.None);
            Call($"/api/v1/regions/{region}/open", new { }, "regionOpen");
            await PausedAsync((EvacuationEvery / 2) - Evacuated, stopping);
        }
    }

    private static async Task<bool> PausedAsync(TimeSpan length, CancellationToken stopping)
    {
        await Task.WhenAny(Task.Delay(length, stopping));
        return !stopping.IsCancellationRequested;
    }

    // Each migration's fate is drawn once, with its first sight.
    private void Act(IEnumerable<OpenMigration> open)
    {
        foreach (var migration in open.Where(migration => !migration.IsUndo))
        {
            var fate = migration.Id.Aggregate(0, (sum, letter) => ((31 * sum) + letter) % 10_007) % 100;
            if (fate < Reverted && migration.Phase is MigrationPhase.Grace && _decided.Add(migration.Id))
            {
                Call($"/api/v1/migrations/{migration.Id}/revert", new { Operator = "chaos", Note = "as planned" }, "revertAsked");
            }
            else if (fate is >= Reverted and < Reverted + Cancelled
                && migration.Phase is MigrationPhase.Preparing or MigrationPhase.Capturing or MigrationPhase.Copying or MigrationPhase.Verifying or MigrationPhase.Switching
                && _random.Next(3) == 0 && _decided.Add(migration.Id))
            {
                Call($"/api/v1/migrations/{migration.Id}/cancel", new { Operator = "chaos", Note = "as planned" }, "cancelAsked");
            }
            else if (fate < Resumed && migration.Phase is MigrationPhase.Parked && _decided.Add($"{migration.Id} resumed"))
            {
                Call($"/api/v1/migrations/{migration.Id}/resume", new { Operator = "chaos", Note = "as planned" }, "resumeAsked");
            }
        }
    }

    private async Task StartAsync(HashSet<string> busy, CancellationToken stopping)
    {
        string[] keys = [.. world.Keys.Concat(births.Movable).Where(key => !busy.Contains(key) && !_starting.ContainsKey(key))];
        if (keys.Length == 0)
        {
            return;
        }

        var key = keys[_random.Next(keys.Length)];
        try
        {
            await using var command = world.Control.CreateCommand("SELECT primary_region FROM idp.object WHERE dataset = $1 AND key = $2");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Tables.Dataset.Value });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
            if (await command.ExecuteScalarAsync(stopping) is not string here)
            {
                return;
            }

            RegionId[] elsewhere = [.. ChaosWorld.Regions.Where(region => region.Value != here)];
            _starting[key] = true;
            Call(
                "/api/v1/migrations",
                new { Object = $"{Tables.Dataset}/{key}", To = elsewhere[_random.Next(elsewhere.Length)].Value, Reason = "chaos", Operator = "chaos" },
                "started",
                () => _starting.TryRemove(key, out _));
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException)
        {
            // The next turn asks again.
        }
    }

    private void Call(string path, object body, string counted, Action? done = null)
    {
        Interlocked.Increment(ref _calls);
        _ = CallAsync(path, body, counted, done);
    }

    private async Task CallAsync(string path, object body, string counted, Action? done)
    {
        try
        {
            using var answer = await world.Api.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
            tally.AddMove(answer.IsSuccessStatusCode ? counted : $"{counted}Refused{(int)answer.StatusCode}");
            if (answer.IsSuccessStatusCode && done is not null)
            {
                await Task.Delay(200); // Until the catalog shows it.
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            tally.AddMove($"{counted}Unanswered"); // The engine or the API is down; whatever was begun is found in the catalog.
        }
        finally
        {
            done?.Invoke();
            Interlocked.Decrement(ref _calls);
        }
    }
}
