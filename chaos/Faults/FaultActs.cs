using System.Data;
using Idp.Chaos.Clients;
using Idp.Chaos.Ledger;
using Idp.Chaos.Moves;
using Idp.Chaos.World;
using Idp.Cli.Development;
using Idp.Core;
using Idp.Embedded;
using Npgsql;
using Temporalio.Exceptions;

namespace Idp.Chaos.Faults;

/// <summary>Each fault: what it breaks, for how long, and how it is put right.</summary>
internal sealed class FaultActs(ChaosWorld world, Fleet fleet, Herd herd, Work work, int seed)
{
    private const int LongClient = 700;
    private readonly Dictionary<RegionId, SemaphoreSlim> _regions = ChaosWorld.Regions.ToDictionary(region => region, _ => new SemaphoreSlim(1));
    private readonly Plan _longPlan = new(LongClient, new Random(seed));

    /// <returns>Why this kind cannot be made on this machine; null when it can.</returns>
    public string? WhyNot(ChaosFault kind) => kind is ChaosFault.DiskFull ? world.NoSmallDisk : null;

    /// <summary>Strikes, waits and puts right.</summary>
    /// <param name="migration">What it is aimed at; null when nothing moves.</param>
    /// <returns>Whether it had an effect.</returns>
    public async Task<bool> StrikeAsync(PlannedFault fault, OpenMigration? migration, CancellationToken stopping)
    {
        var from = migration?.From ?? ChaosWorld.Regions[fault.Choice % 3];
        var to = migration?.To ?? ChaosWorld.Regions[(fault.Choice + 1) % 3];
        return fault.Kind switch
        {
            ChaosFault.WorkerKill => Kill(Workers(fault)),
            ChaosFault.WorkerStop => await SuspendAsync(Workers(fault), fault.Length),
            ChaosFault.EngineKill => Kill([world.Engine]),
            ChaosFault.EngineStop => await SuspendAsync([world.Engine], fault.Length),
            ChaosFault.SourceCrash => await CrashAsync(from, fault.Length),
            ChaosFault.TargetCrash => await CrashAsync(to, fault.Length),
            ChaosFault.LinkBlackHole => await BreakAsync(LinkFault.BlackHole, fault, from, to),
            ChaosFault.LinkHalfOpen => await BreakAsync(LinkFault.HalfOpen, fault, from, to),
            ChaosFault.LinkReset => await BreakAsync(LinkFault.Reset, fault, from, to),
            ChaosFault.DiskFull => await FillAsync(to, fault.Length),
            ChaosFault.StatementTimeout => await LimitAsync(fault.Choice % 2 == 0 ? from : to, fault),
            ChaosFault.Deadlock => await DeadlockAsync(Target(migration, fault)),
            ChaosFault.LongTransaction => await HoldAsync(Target(migration, fault), fault),
            ChaosFault.SagaTerminated => migration is not null && await TerminateAsync(migration, stopping),
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "This fault is not built."),
        };
    }

    // Nobody tells which worker carries a migration: mostly all of them are hit.
    private IReadOnlyList<Daemon> Workers(PlannedFault fault) =>
        fault.Choice % 10 < 6 ? world.Workers : [world.Workers[fault.Choice % world.Workers.Count]];

    private static bool Kill(IReadOnlyList<Daemon> daemons) => daemons.Select(daemon => daemon.Signal(UnixSignal.Kill)).ToArray().Contains(true);

    private static async Task<bool> SuspendAsync(IReadOnlyList<Daemon> daemons, TimeSpan length)
    {
        var suspended = daemons.Where(daemon => daemon.Signal(UnixSignal.Suspend)).ToArray();
        await Task.Delay(length);
        foreach (var daemon in suspended)
        {
            daemon.Signal(UnixSignal.Continue);
        }

        return suspended.Length > 0;
    }

    private Task<bool> CrashAsync(RegionId region, TimeSpan length) => AloneAsync(region, async () =>
    {
        await world.Cluster(region).StopAsync(PostgresStopMode.Immediate);
        await Task.Delay(length);
        await StartAsync(region);
        return true;
    });

    private Task<bool> FillAsync(RegionId region, TimeSpan length) => AloneAsync(region, async () =>
    {
        var disk = world.Disk(region);
        try
        {
            disk.Fill();
            await Task.Delay(length + TimeSpan.FromSeconds(1));
        }
        finally
        {
            disk.Free();
        }

        // A server that could not write its log has stopped, or is about to give its recovery up.
        if (!await AnswersAsync(region))
        {
            await world.Cluster(region).StopAsync(PostgresStopMode.Immediate);
            await StartAsync(region);
        }

        return true;
    });

    private async Task StartAsync(RegionId region)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await world.Cluster(region).RestartAsync(CancellationToken.None);
                return;
            }
            catch (Exception failure) when (attempt < 5 && failure is EmbeddedServerException or NpgsqlException)
            {
                await Task.Delay(500); // Its last processes are still going.
            }
        }
    }

    private async Task<bool> AnswersAsync(RegionId region)
    {
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(world.Cluster(region).ConnectionString) { Pooling = false, Timeout = 2, CommandTimeout = 2 }.ConnectionString);
            await connection.OpenAsync();
            await using var write = new NpgsqlCommand("SELECT pg_logical_emit_message(false, 'idp-chaos', 'written')", connection);
            await write.ExecuteNonQueryAsync();
            return true;
        }
        catch (Exception down) when (down is NpgsqlException or TimeoutException)
        {
            return false;
        }
    }

    // Movers work from the target: their way to the source, to their own store, or everybody's way to either.
    private async Task<bool> BreakAsync(LinkFault fault, PlannedFault planned, RegionId from, RegionId to)
    {
        var (caller, store) = (planned.Choice % 4) switch
        {
            0 or 1 => (to, from),
            2 => ((RegionId?)to, to),
            _ => (null, planned.Choice % 8 < 4 ? from : to),
        };
        using (world.Links.Inject(fault, caller, store))
        {
            await Task.Delay(planned.Length);
        }

        return true;
    }

    // A setting of the database reaches new sessions only, so the movers' old ones are ended; afterwards again all that began meanwhile.
    private Task<bool> LimitAsync(RegionId region, PlannedFault fault) => AloneAsync(region, async () =>
    {
        await AskAsync(region, $"ALTER DATABASE app SET statement_timeout = '{1 + (fault.Choice % 20)}ms'");
        try
        {
            await AskAsync(region, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'idp%' AND pid <> pg_backend_pid()");
            await Task.Delay(fault.Length);
        }
        finally
        {
            await AskAsync(region, "ALTER DATABASE app RESET statement_timeout");
            await AskAsync(
                region,
                $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'app' AND pid <> pg_backend_pid() AND backend_start > clock_timestamp() - interval '{(int)fault.Length.TotalMilliseconds + 1_000} ms'");
        }

        return true;
    });

    private async Task AskAsync(RegionId region, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(world.Cluster(region).ConnectionString) { Pooling = false, Options = "-c statement_timeout=0" }.ConnectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100 // Numbers of our own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private ChaosObject Target(OpenMigration? migration, PlannedFault fault) =>
        herd.Objects.FirstOrDefault(item => item.Key == migration?.Key) ?? herd.Objects[fault.Choice % herd.Objects.Length];

    // Two transactions that lock two accounts in opposite orders; one of them is the victim.
    private async Task<bool> DeadlockAsync(ChaosObject target)
    {
        if (target.Current is not { } segment)
        {
            return false;
        }

        using var firstHas = new SemaphoreSlim(0);
        using var secondHas = new SemaphoreSlim(0);
        var victims = await Task.WhenAll(LockBothAsync(segment, 0, 1, firstHas, secondHas), LockBothAsync(segment, 1, 0, secondHas, firstHas));
        return victims.Any(isVictim => isVictim);
    }

    private async Task<bool> LockBothAsync(Segment segment, int first, int second, SemaphoreSlim mine, SemaphoreSlim others)
    {
        try
        {
            await using var entered = await fleet[ChaosWorld.Regions[first], segment.Owner.Level, false].OpenEnteredAsync(
                Tables.Dataset, segment.Owner.Key, Idp.Client.Operation.Write, IsolationLevel.ReadCommitted);
            await LockAsync(entered, segment, first);
            mine.Release();
            await others.WaitAsync(TimeSpan.FromSeconds(2));
            await LockAsync(entered, segment, second);
            return false;
        }
        catch (PostgresException victim) when (victim.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            return true;
        }
        catch (Exception failure) when (failure is System.Data.Common.DbException or TimeoutException)
        {
            return false;
        }
    }

    private static async Task LockAsync(Idp.Client.IdpEntered entered, Segment segment, int account)
    {
        await using var command = new NpgsqlCommand(Statements.LockAccountSql, entered.Connection, entered.Transaction);
        Statements.Bind(command.Parameters, segment);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = account });
        await command.ExecuteScalarAsync();
    }

    private async Task<bool> HoldAsync(ChaosObject target, PlannedFault fault)
    {
        if (target.Current is not { } segment || !segment.TryBegin())
        {
            return false;
        }

        Ledger.LedgerEntry? entry = null;
        try
        {
            var source = fleet[ChaosWorld.Regions[fault.Choice % 3], target.Level, false];
            Step append;
            lock (_longPlan)
            {
                append = _longPlan.Append();
            }

            entry = await work.RunAsync(LongClient, source, segment, Style.Long, [append], fault.Length, false, CancellationToken.None);
            return entry.Outcome is Outcome.Ok;
        }
        finally
        {
            segment.End(entry);
        }
    }

    private async Task<bool> TerminateAsync(OpenMigration migration, CancellationToken stopping)
    {
        var isTerminated = await TerminateAsync($"change/{Tables.Dataset}/{migration.Key}", stopping);
        return isTerminated || (await BatchOfAsync(migration, stopping) is { } batch && await TerminateAsync($"batch/{batch}", stopping));
    }

    /// <returns>False when it had ended by itself.</returns>
    private async Task<bool> TerminateAsync(string workflow, CancellationToken stopping)
    {
        try
        {
            await world.Temporal.GetWorkflowHandle(workflow).TerminateAsync("chaos", new() { Rpc = new() { CancellationToken = stopping, Timeout = TimeSpan.FromSeconds(5) } });
            return true;
        }
        catch (RpcException gone) when (gone.Code is RpcException.StatusCode.NotFound)
        {
            return false;
        }
    }

    // One saga may carry many objects.
    private async Task<string?> BatchOfAsync(OpenMigration migration, CancellationToken stopping)
    {
        try
        {
            await using var command = world.Control.CreateCommand("SELECT batch FROM idp.migration WHERE id = $1");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Id });
            return await command.ExecuteScalarAsync(stopping) as string;
        }
        catch (PostgresException older) when (older.SqlState == PostgresErrorCodes.UndefinedColumn)
        {
            return null;
        }
    }

    private async Task<bool> AloneAsync(RegionId region, Func<Task<bool>> act)
    {
        if (!await _regions[region].WaitAsync(TimeSpan.Zero))
        {
            return false; // Another fault has this region.
        }

        try
        {
            return await act();
        }
        finally
        {
            _regions[region].Release();
        }
    }
}
