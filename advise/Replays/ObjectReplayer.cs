using System.Collections.Immutable;
using Idp.Advise.Fleets;
using Idp.Core.Forecasting;
using Idp.Core.Planning;
using Idp.Simulation.ClosedLoop;

namespace Idp.Advise.Replays;

/// <summary>Replays one object after the other through the product's own forecasters, planner and guards.</summary>
/// <remarks>
/// Each decision sees only the hours before it, nothing is learned in advance, and every copy is paid for. Objects are replayed alone: in the
/// product they learn from each other, so this is on the careful side. Pure: the same object gives the same replay.
/// </remarks>
public sealed class ObjectReplayer(Fleet fleet)
{
    private const double PlanDays = 7;

    private int Days => (fleet.Hours + 23) / 24;

    public ObjectReplay Replay(FleetObject entry)
    {
        var sub = new SubWorld(fleet, entry);
        var decisions = new Dictionary<int, PlanDecision>();
        // Nowhere is allowed, a conflict to report and not a move to make; or nobody elsewhere asks for it, and no other site is worth a look.
        var stays = sub.Feasible.IsSubsetOf(sub.Home.Sites);
        var (path, usd) = stays ? ([.. Enumerable.Repeat(sub.Home, fleet.Hours)], (double?)null) : Run(sub, decisions);
        var (stay, plane) = (new Ledger(this, sub, entry.SizeGb), new Ledger(this, sub, entry.SizeGb));
        for (var hour = 0; hour < fleet.Hours; hour++)
        {
            stay.Add(hour, sub.Home, sub.Home);
            plane.Add(hour, hour == 0 ? sub.Home : path[hour - 1], path[hour]);
        }

        return new ObjectReplay(
            entry, sub.Regions, stay.Sum, plane.Sum, usd ?? plane.Sum.Total, stays ? stay.Sum.Total : Clairvoyant(sub, entry),
            [.. stay.Daily], [.. plane.Daily], stay.Waits, plane.Waits, path, [.. Moves(sub, entry, path, decisions)]);
    }

    private (ImmutableArray<Layout> Path, double? Usd) Run(SubWorld sub, Dictionary<int, PlanDecision> decisions)
    {
        var policy = new PlanePolicy(new ForecastOptions(), new PlannerOptions())
        {
            StartsAt = fleet.From,
            Decided = (hour, _, decision) =>
            {
                if (decision.To != decision.From)
                {
                    decisions[hour] = decision;
                }
            },
        };
        var report = ClosedLoopRun.Run(sub.ToWorkload(), policy);
        return (report.Paths[0], report.Cost.TotalUsd);
    }

    private static double Clairvoyant(SubWorld sub, FleetObject entry) =>
        ClairvoyantPlan.Of(new HorizonProgram(sub.World.SpaceOf(sub.Feasible)), sub.Demand, entry.SizeGb, sub.Home).Cost.TotalUsd;

    private static IEnumerable<ReplayedMove> Moves(SubWorld sub, FleetObject entry, ImmutableArray<Layout> path, Dictionary<int, PlanDecision> decisions)
    {
        var costs = sub.World.Costs;
        var hour = 0;
        while (hour < path.Length)
        {
            var from = hour == 0 ? sub.Home : path[hour - 1];
            var (begin, to) = (hour, path[hour]);
            var saved = -costs.ChangeUsd(from, to, entry.SizeGb);
            for (; hour < path.Length && path[hour] == to; hour++)
            {
                saved += PlanCost.OfHour(costs, sub.Demand, hour, sub.Home, entry.SizeGb).TotalUsd - PlanCost.OfHour(costs, sub.Demand, hour, to, entry.SizeGb).TotalUsd;
            }

            if (to != from)
            {
                var decision = decisions[begin];
                yield return new ReplayedMove(
                    begin, hour - begin, SiteNames.Of(costs.Regions, from), SiteNames.Of(costs.Regions, to), saved, (double)decision.GainUsd / PlanDays,
                    from.CopiesTo(to), from.Primary != to.Primary, decision.Verdict, decision.Reason);
            }
        }
    }

    /// <summary>What one way of placing the object costs, day by day.</summary>
    private sealed class Ledger(ObjectReplayer owner, SubWorld sub, double sizeGb)
    {
        public CostParts Sum { get; private set; }

        public double[] Daily { get; } = new double[owner.Days];

        public WaitTally Waits { get; } = new(owner.WaitCosts);

        public void Add(int hour, Layout from, Layout layout)
        {
            var parts = CostParts.OfHour(sub.World.Costs, sub.Demand, hour, layout, sizeGb);
            parts = from == layout ? parts : parts + CostParts.OfChange(sub.World.Costs, from, layout, sizeGb);
            Sum += parts;
            Daily[hour / 24] += parts.Total;
            var reads = sub.Demand.Reads(hour);
            var writes = sub.Demand.Writes(hour);
            var placed = sub.ToFleet(layout);
            for (var caller = 0; caller < reads.Length; caller++)
            {
                if (reads[caller] + writes[caller] > 0)
                {
                    Waits.Add(sub.Regions[caller], reads[caller], writes[caller], placed);
                }
            }
        }
    }

    private SiteCosts WaitCosts => fleet.World.Costs;
}
