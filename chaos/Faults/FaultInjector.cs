using System.Collections.Immutable;
using System.Diagnostics;
using Idp.Chaos.Moves;
using Idp.Chaos.Report;
using Idp.Chaos.World;
using Idp.Cli.Development;
using Idp.Core.Migrations;
using Idp.Embedded;
using Npgsql;

namespace Idp.Chaos.Faults;

/// <summary>Carries the plan out: waits for each fault's moment, strikes, and puts things right again.</summary>
internal sealed class FaultInjector(ChaosWorld world, PhaseWatch watch, FaultActs acts, Tally tally, ImmutableArray<PlannedFault> plan)
{
    private const int AtOnce = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(2);

    // A hand-over takes a few milliseconds; over a slower link it can be hit.
    private static readonly LinkFault SlowLink = LinkFault.Latency(TimeSpan.FromMilliseconds(90), TimeSpan.Zero);

    private readonly HashSet<string> _hunted = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken stopping)
    {
        using var places = new SemaphoreSlim(AtOnce);
        var started = Stopwatch.GetTimestamp();
        var strikes = new List<Task>();
        try
        {
            foreach (var fault in plan)
            {
                var wait = fault.At - Stopwatch.GetElapsedTime(started);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, stopping);
                }

                await places.WaitAsync(stopping);
                strikes.RemoveAll(strike => strike.IsCompleted);
#pragma warning disable CA2025 // All of them are awaited below.
                strikes.Add(StrikeAsync(fault, places, stopping));
#pragma warning restore CA2025
            }
        }
        catch (OperationCanceledException)
        {
            // The time is up; what is broken is put right below.
        }

        await Task.WhenAll(strikes);
    }

    private async Task StrikeAsync(PlannedFault fault, SemaphoreSlim places, CancellationToken stopping)
    {
        tally.Faults.Begin();
        try
        {
            if (acts.WhyNot(fault.Kind) is not null)
            {
                return; // Said in the report.
            }

            var (migration, isFrozen) = await AwaitMomentAsync(fault, stopping);
            if (migration is null && fault.Moment is not Moment.Any)
            {
                // It strikes all the same, whatever goes on; the report says when it did.
                tally.AddMissed($"{fault.Moment}: no such moment within {Patience.TotalSeconds:F0} s");
                (migration, isFrozen) = await AwaitMomentAsync(fault with { Moment = Moment.Any }, stopping);
            }

            // The last look at the catalog is older than that at the row: only a switch freezes.
            var seen = migration is { Phase: MigrationPhase.Verifying } && isFrozen ? migration with { Phase = MigrationPhase.Switching } : migration;
            var phase = seen is null ? "None" : isFrozen ? $"{seen.PhaseName}/frozen" : seen.PhaseName;
            if (await acts.StrikeAsync(fault, migration, stopping))
            {
                tally.AddFault(fault.Kind, phase);
            }
            else
            {
                tally.AddMissed($"{fault.Kind} at {fault.Moment}: without effect");
            }
        }
        catch (OperationCanceledException)
        {
            // The time is up.
        }
        catch (Exception failure)
        {
            // A fault that cannot be made is reported; it must not end the run.
            tally.AddMissed($"{fault.Kind} at {fault.Moment}: {failure.GetType().Name} {failure.Message.Split('\n')[0]}");
        }
        finally
        {
            tally.Faults.End();
            places.Release();
        }
    }

    private async Task<(OpenMigration? Migration, bool IsFrozen)> AwaitMomentAsync(PlannedFault fault, CancellationToken stopping)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Patience)
        {
            var fitting = watch.Open.Where(migration => Fits(fault.Moment, migration)).ToArray();
            if (fault.Moment is Moment.Any)
            {
                return (watch.Open.IsEmpty ? null : watch.Open[fault.Choice % watch.Open.Length], false);
            }

            if (fitting.Length > 0)
            {
                var migration = fitting[fault.Choice % fitting.Length];
                try
                {
                    if (fault.Moment is not (Moment.Frozen or Moment.UndoFrozen))
                    {
                        return (migration, await watch.IsFrozenAsync(migration.From, migration.Key, stopping));
                    }

                    if (await HuntAsync(migration, stopping))
                    {
                        return (migration, true);
                    }
                }
                catch (NpgsqlException)
                {
                    // The source is down just now, by another fault.
                }
            }

            await Task.Delay(LookEvery, stopping);
        }

        return (null, false);
    }

    // From the verification on, the movers' link is slow, until the row is seen frozen or the attempt has ended.
    private async Task<bool> HuntAsync(OpenMigration migration, CancellationToken stopping)
    {
        lock (_hunted)
        {
            if (!_hunted.Add(migration.Id))
            {
                return false; // Another fault waits for the same one.
            }
        }

        try
        {
            using var slow = world.Links.Inject(SlowLink, migration.To, migration.From);
            var started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(6))
            {
                if (await watch.IsFrozenAsync(migration.From, migration.Key, stopping))
                {
                    return true;
                }

                if (!watch.Open.Any(open => open.Id == migration.Id && open.IsUndo == migration.IsUndo
                    && open.Phase is MigrationPhase.Copying or MigrationPhase.Verifying or MigrationPhase.Switching))
                {
                    return false;
                }

                await Task.Delay(LookEvery, stopping);
            }

            return false;
        }
        finally
        {
            lock (_hunted)
            {
                _hunted.Remove(migration.Id);
            }
        }
    }

    private static bool Fits(Moment moment, OpenMigration migration) => moment switch
    {
        Moment.Any => true,
        Moment.Capturing => migration is { IsUndo: false, Phase: MigrationPhase.Capturing },
        Moment.Copying => migration is { IsUndo: false, Phase: MigrationPhase.Copying },
        Moment.Verifying => migration is { IsUndo: false, Phase: MigrationPhase.Verifying },
        Moment.Switching => migration is { IsUndo: false, Phase: MigrationPhase.Switching },
        Moment.Frozen => migration is { IsUndo: false, Phase: MigrationPhase.Verifying or MigrationPhase.Switching },
        Moment.Grace => migration is { IsUndo: false, Phase: MigrationPhase.Grace },
        Moment.CleaningUp => migration is { IsUndo: false, Phase: MigrationPhase.CleaningUp },
        Moment.RollingBack => migration is { Phase: MigrationPhase.RollingBack },
        Moment.Undo => migration is { IsUndo: true, Phase: MigrationPhase.Capturing or MigrationPhase.Copying or MigrationPhase.Verifying or MigrationPhase.Switching },
        Moment.UndoFrozen => migration is { IsUndo: true, Phase: MigrationPhase.Copying or MigrationPhase.Verifying or MigrationPhase.Switching },
        _ => throw new ArgumentOutOfRangeException(nameof(moment), moment, "No migration is looked for at this moment."),
    };
}
