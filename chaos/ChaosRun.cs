using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Idp.Chaos.Checking;
using Idp.Chaos.Clients;
using Idp.Chaos.Faults;
using Idp.Chaos.Moves;
using Idp.Chaos.Plants;
using Idp.Chaos.Report;
using Idp.Chaos.World;
using Idp.Cli.Development;
using Npgsql;

namespace Idp.Chaos;

/// <summary>One run: a world, its clients, moves and faults, until the time is up; then rest, and the last checks.</summary>
internal sealed class ChaosRun(ChaosSettings settings, IProgress<string> progress)
{
    private const string MovesSql = """
        SELECT count(*) FILTER (WHERE phase = 'Done'), count(*) FILTER (WHERE phase = 'RolledBack' AND undo_epoch = 0),
               count(*) FILTER (WHERE phase = 'RolledBack' AND undo_epoch <> 0), count(*) FILTER (WHERE phase = 'Failed')
          FROM idp.migration
        """;

    private const string ErrorsSql = """
        SELECT left(last_error, 200) || ' ×' || count(*) FROM idp.migration WHERE last_error IS NOT NULL GROUP BY left(last_error, 200) ORDER BY count(*) DESC LIMIT 20
        """;

    private const int MaxExtraSeconds = 300;
    private static readonly TimeSpan RestLimit = TimeSpan.FromSeconds(240);

    private readonly AnomalyLog _anomalies = new();
    private readonly Tally _tally = new();

    public async Task<ChaosReport> RunAsync(string folder, CancellationToken cancellationToken)
    {
        await using var world = await ChaosWorld.StartAsync(settings, folder, progress, cancellationToken);
        await using var fleet = await Fleet.OpenAsync(world, settings.Seed, cancellationToken);
        var watch = new PhaseWatch(world);
        var work = new Work(_tally, _anomalies);
        var herd = new Herd(world, fleet, _tally, _anomalies);
        var births = new Births(world, fleet, herd, work, _tally, _anomalies, settings.Seed);
        var plant = new PlantedBug(world, watch, herd, settings.Plant, settings.Seed);
        var acts = new FaultActs(world, fleet, herd, work, settings.Seed);
        await herd.OpenAsync(cancellationToken);

        progress.Report($"{settings.Clients} clients, {settings.Moves} moves at once{(settings.NoFaults ? ", no faults" : $", a fault every {settings.FaultEvery:0.#} s")}");
#pragma warning disable CA2025 // Everything that runs until the time is up is awaited below, before this ends.
        using var timeUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watching = new CancellationTokenSource();
        var started = Stopwatch.GetTimestamp();
        var watched = watch.RunAsync(watching.Token);
        var clients = Task.WhenAll(Enumerable.Range(0, settings.Clients).Select(number => Task.Run(() => new ClientLoop(number, settings.Seed, fleet, herd, work).RunAsync(timeUp.Token), CancellationToken.None)));
        var turning = herd.RunAsync(clients);
        Task[] others =
        [
            births.RunAsync(timeUp.Token),
            new Intruder(world, _tally, _anomalies, settings.Seed).RunAsync(timeUp.Token),
            settings.Moves == 0 ? Task.CompletedTask : new MoveDriver(world, watch, births, _tally, settings.Moves, settings.Seed).RunAsync(timeUp.Token),
            settings.NoFaults ? Task.CompletedTask : new FaultInjector(world, watch, acts, _tally, PlannedFault.Draw(settings)).RunAsync(timeUp.Token),
            settings.Plant is ChaosPlant.None ? Task.CompletedTask : plant.RunAsync(timeUp.Token),
            EndAsync(plant, timeUp),
        ];

#pragma warning restore CA2025

        var running = Task.WhenAll([clients, .. others]);
        var samples = await ReportProgressAsync(running, world, started);
        await running;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cancellationToken.ThrowIfCancellationRequested();

        progress.Report("Faults are over; open migrations end, everything is read back");
        await RestAsync(watch, cancellationToken);
        await turning;
        await births.FinishAsync();
        await new FinalCheck(world, herd, births, _anomalies).RunAsync(cancellationToken);
        await watching.CancelAsync();
        await watched;
        return await SumUpAsync(world, acts, seconds, samples, cancellationToken);
    }

    // On a slow machine a planted bug may not have had a single chance when the time is up: it gets some more.
    private async Task EndAsync(PlantedBug plant, CancellationTokenSource timeUp)
    {
        await Task.WhenAny(Task.Delay(TimeSpan.FromMinutes(settings.Minutes), timeUp.Token));
        for (var seconds = 0; settings.Plant is not ChaosPlant.None && !plant.HasStruck && seconds < MaxExtraSeconds && !timeUp.IsCancellationRequested; seconds++)
        {
            await Task.Delay(1_000, CancellationToken.None);
        }

        await timeUp.CancelAsync();
    }

    private async Task<double> ReportProgressAsync(Task running, ChaosWorld world, long started)
    {
        var peak = 0.0;
        var before = (At: started, Transactions: 0L);
        while (!running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(10), CancellationToken.None));
            peak = Math.Max(peak, Process.GetCurrentProcess().WorkingSet64 / 1e6);
            var now = (At: Stopwatch.GetTimestamp(), _tally.Transactions);
            var moves = await MovesAsync(world);
            progress.Report(string.Create(
                CultureInfo.InvariantCulture,
                $"{Stopwatch.GetElapsedTime(started).TotalSeconds,5:F0} s  {now.Transactions:N0} transactions ({(now.Transactions - before.Transactions) / Stopwatch.GetElapsedTime(before.At, now.At).TotalSeconds:N0}/s), {_tally.CheckedTransactions:N0} checked; moves {moves.Completed} done, {moves.RolledBack} rolled back, {moves.Undone} undone; {_tally.FaultCount} faults; {_anomalies.Count} anomalies"));
            before = now;
        }

        return peak;
    }

    // A migration that does not end by itself, with nothing broken any more, is a finding of its own.
    private async Task RestAsync(PhaseWatch watch, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (await watch.ReadAsync(cancellationToken) is { IsEmpty: false } open)
        {
            if (Stopwatch.GetElapsedTime(started) > RestLimit)
            {
                foreach (var migration in open)
                {
                    _anomalies.Add(new Anomaly("stuck-migration", migration.Key, $"{migration.Id} from {migration.Source} to {migration.Target} is still {migration.PhaseName} {RestLimit.TotalSeconds:F0} s after the last fault"));
                }

                return;
            }

            await Task.Delay(200, cancellationToken);
        }
    }

    private static async Task<(int Completed, int RolledBack, int Undone, int Failed)> MovesAsync(ChaosWorld world)
    {
        try
        {
            await using var command = world.Control.CreateCommand(MovesSql);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            return ((int)reader.GetInt64(0), (int)reader.GetInt64(1), (int)reader.GetInt64(2), (int)reader.GetInt64(3));
        }
        catch (NpgsqlException)
        {
            return default; // For the eye only; the last count is asked for again.
        }
    }

    private async Task<ChaosReport> SumUpAsync(ChaosWorld world, FaultActs acts, double seconds, double peakMemory, CancellationToken cancellationToken)
    {
        var moves = await MovesAsync(world);
        var errors = ImmutableArray.CreateBuilder<string>();
        await using var command = world.Control.CreateCommand(ErrorsSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            errors.Add(reader.GetString(0));
        }

        return new ChaosReport(
            Machine.Commit(),
            Machine.Describe(),
            settings.Seed,
            Math.Round(seconds / 60, 2),
            settings.Plant is ChaosPlant.None ? string.Empty : settings.Plant.ToString(),
            _tally.Transactions,
            Math.Round(_tally.Transactions / seconds),
            _tally.CheckedTransactions,
            _tally.CheckedOperations,
            _tally.Operations(),
            _tally.Guards(),
            moves.Completed,
            moves.RolledBack,
            moves.Undone,
            moves.Failed,
            _tally.Moves(),
            _tally.FaultCount,
            _tally.FaultsByKindAndPhase(),
            _tally.Missed(),
            settings.NoFaults
                ? ImmutableSortedDictionary<string, string>.Empty
                : Enum.GetValues<ChaosFault>().Where(kind => acts.WhyNot(kind) is not null).ToImmutableSortedDictionary(kind => kind.ToString(), kind => acts.WhyNot(kind)!),
            Math.Round(_tally.MaxPauseMs, 1),
            Math.Round(_tally.MaxPauseUnderFaultMs, 1),
            _tally.SlowestWrite,
            Math.Round(peakMemory),
            _tally.Errors(),
            errors.ToImmutable(),
            _anomalies.Count,
            _anomalies.Counts,
            _anomalies.Kept);
    }
}
