using System.Collections.Immutable;
using Idp.Advise.Fleets;
using Idp.Advise.Replays;
using Idp.Core.Planning;
using Idp.Simulation.Baselines;
using Idp.Simulation.ClosedLoop;
using Idp.Simulation.Workloads;

namespace Idp.Advise.Tests;

public sealed class ReplayTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly Lazy<(Fleet Fleet, Standing Home, FleetReplay Replay)> Replayed = new(() => Run(A.OfficeDays(), objects: null));

    [Fact]
    public void Replay_OfficeDays_SavesAgainstOneRegion()
    {
        var replay = Replayed.Value.Replay;

        Assert.True(replay.Plane.Total < 0.8 * replay.Static.Total, $"{replay.Plane.Total} against {replay.Static.Total}");
        Assert.True(replay.Head.Sum(entry => entry.ClairvoyantUsd) <= replay.Plane.Total);
    }

    [Fact]
    public void Totals_AgreeWithTheSimulationToTheCent()
    {
        var (fleet, home, replay) = Replayed.Value;
        var workload = Workload(fleet, replay.Head);

        var stay = ClosedLoopRun.Run(workload, new NeverMove());
        var plane = ClosedLoopRun.Run(workload, new Follow([.. replay.Head.Select(entry => new SubWorld(fleet, entry.Entry)).Zip(replay.Head, (sub, entry) => entry.Path.Select(sub.ToFleet).ToImmutableArray())]));

        Assert.Equal(decimal.Round(stay.TotalUsd, 4), decimal.Round((decimal)home.Cost.TotalUsd, 4));
        Assert.Equal(decimal.Round(stay.TotalUsd, 4), decimal.Round((decimal)replay.Static.Total, 4));
        Assert.Equal(decimal.Round(plane.TotalUsd, 4), decimal.Round((decimal)replay.Plane.Total, 4));
        Assert.Equal(decimal.Round(plane.TotalUsd, 4), decimal.Round((decimal)replay.Head.Sum(entry => entry.PlaneUsd), 4));
        Assert.Equal(plane.MeanMs, Waits(fleet, replay).Summarize().MeanMs, 6);
        Assert.Equal((decimal)replay.Plane.ToPlanCost().LatencyUsd, (decimal)plane.Cost.LatencyUsd, 4);
    }

    [Fact]
    public void Moves_OfAnObject_AddUpToItsSaving() => Assert.All(Replayed.Value.Replay.Head, replay =>
    {
        Assert.NotEmpty(replay.Moves);
        Assert.Equal(replay.SavedUsd, replay.Moves.Sum(move => move.SavedUsd), 6);
    });

    [Fact]
    public void Days_OfAnObject_AddUpToItsCost() => Assert.All(Replayed.Value.Replay.Head, replay =>
    {
        Assert.Equal(replay.Static.Total, replay.DailyStaticUsd.Sum(), 6);
        Assert.Equal(replay.Plane.Total, replay.DailyPlaneUsd.Sum(), 6);
    });

    [Fact]
    public void Replay_Again_IsTheSame()
    {
        var (_, _, again) = Run(A.OfficeDays(), objects: null);

        Assert.Equal(Replayed.Value.Replay.Plane, again.Plane);
        Assert.Equal(Replayed.Value.Replay.Head.SelectMany(entry => entry.Moves), again.Head.SelectMany(entry => entry.Moves));
        Assert.Equal(SavingInterval.Of(Replayed.Value.Replay), SavingInterval.Of(again));
    }

    [Fact]
    public void Interval_HoldsTheSaving()
    {
        var interval = SavingInterval.Of(Replayed.Value.Replay)!;

        Assert.InRange(Replayed.Value.Replay.Static.Total - Replayed.Value.Replay.Plane.Total, interval.LowUsd, interval.HighUsd);
        Assert.Equal(1, interval.BlockDays);
    }

    [Fact]
    public void Interval_TwoDays_IsNotTold() => Assert.Null(SavingInterval.Of(Run(A.OfficeDays(objects: 1, days: 2), objects: null).Replay));

    [Fact]
    public void Sample_StandsForTheRest_AtItsTrueStaticCost()
    {
        var (_, home, replay) = Run(A.OfficeDays(objects: 24, days: 2), objects: 2);

        Assert.Equal((2, 22), (replay.Head.Length, replay.Selection.Rest));
        Assert.InRange(replay.Sample.Length, 10, 20); // One that is drawn twice is replayed once.
        Assert.Equal(home.Cost.TotalUsd, replay.Static.Total, 6);
    }

    [Fact]
    public void Sensitivity_Doubling_ScalesItsPartAlone()
    {
        var (stay, plane) = (new CostParts(100, 10, 5, 1, 0, 0, -7), new CostParts(40, 20, 6, 2, 3, 1, -2));
        var rows = Sensitivity.Of(stay, plane, writeShare: 0.1);

        Assert.Equal((44 - 30, 44 + 60), (Row("Value of latency").LowUsd, Row("Value of latency").HighUsd));
        Assert.Equal((44 + 2, 44 - 4), (Row("Egress price").LowUsd, Row("Egress price").HighUsd));
        Assert.Equal((44 - 2.5, 44 + 5), (Row("Share of writes").LowUsd, Row("Share of writes").HighUsd));
        Assert.Equal("Value of latency", rows[0].Assumption);

        Sensitivity Row(string name) => rows.Single(row => row.Assumption == name);
    }

    private static (Fleet Fleet, Standing Home, FleetReplay Replay) Run(Traces.DemandLog log, int? objects)
    {
        var fleet = A.Fleet(log);
        var home = Standing.AtHome(fleet);
        return (fleet, home, FleetReplay.Run(fleet, home, ReplaySelection.Of(fleet, home, objects), progress: null, Token));
    }

    private static WaitTally Waits(Fleet fleet, FleetReplay replay)
    {
        var waits = new WaitTally(fleet.World.Costs);
        foreach (var entry in replay.Head)
        {
            waits.Add(entry.PlaneWaits);
        }

        return waits;
    }

    // The whole fleet in one simulation, in the fleet's own regions.
    private static Workload Workload(Fleet fleet, ImmutableArray<ObjectReplay> replays) => new(
        "all", 0, fleet.World,
        [.. replays.Select(replay =>
        {
            var (reads, writes) = (new double[fleet.Hours * fleet.World.Regions], new double[fleet.Hours * fleet.World.Regions]);
            foreach (var cell in replay.Entry.Cells)
            {
                reads[(cell.Hour * fleet.World.Regions) + cell.Region] = cell.Reads;
                writes[(cell.Hour * fleet.World.Regions) + cell.Region] = cell.Writes;
            }

            return new ObjectLoad(replay.Entry.Name, replay.Entry.SizeGb, replay.Entry.Feasible, new DemandWindow(fleet.World.Regions, reads, writes)) { Home = Layout.Single(replay.Entry.Home) };
        })],
        WarmUpHours: 0);

    private sealed class Follow(ImmutableArray<ImmutableArray<Layout>> paths) : IPlacementPolicy
    {
        public void Decide(PolicyView view, Span<Layout> layouts)
        {
            for (var obj = 0; obj < layouts.Length; obj++)
            {
                layouts[obj] = paths[obj][view.Hour];
            }
        }
    }
}
