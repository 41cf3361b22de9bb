using System.Collections.Immutable;
using Idp.Core.Planning;
using Idp.Simulation.Workloads;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.ClosedLoop;

/// <summary>Serves one hour after the other, and adds up what it cost and how long callers waited.</summary>
internal sealed class ServiceMeter(World world, ImmutableArray<ObjectLoad> objects)
{
    private readonly Queueing _queueing = new(world);
    private readonly LatencyHistogram _latency = new();

    public PlanCost Cost { get; private set; }

    public double TurnedAway { get; private set; }

    public LatencyHistogram Latency => _latency;

    public ImmutableArray<double> Utilization => _queueing.Utilization;

    /// <param name="isScored">False during the warm-up: queues build up, but nothing is counted.</param>
    public void Serve(int hour, ReadOnlySpan<Layout> layouts, bool isScored)
    {
        _queueing.Measure(hour, objects, layouts);
        for (var i = 0; i < objects.Length && isScored; i++)
        {
            Cost += PlanCost.OfHour(world.Costs, objects[i].Demand, hour, layouts[i], objects[i].SizeGb);
            Wait(objects[i].Demand.Reads(hour), objects[i].Demand.Writes(hour), layouts[i]);
        }
    }

    /// <summary>Charges a change of layout; a failed one has paid for its copies as well.</summary>
    public void Charge(Layout from, Layout to, double sizeGb) =>
        Cost = Cost with { ChangeUsd = Cost.ChangeUsd + world.Costs.ChangeUsd(from, to, sizeGb) };

    private void Wait(ReadOnlySpan<double> reads, ReadOnlySpan<double> writes, Layout layout)
    {
        for (var from = 0; from < reads.Length; from++)
        {
            if (reads[from] > 0)
            {
                Wait(from, world.Costs.Nearest(from, layout.Sites), reads[from]);
            }

            if (writes[from] > 0)
            {
                Wait(from, layout.Primary, writes[from]);
            }
        }
    }

    private void Wait(int from, int site, double operations)
    {
        var turnedAway = operations * _queueing.TurnedAway(site);
        var ms = world.Costs.RoundTripMs[from][site];
        var waited = ms + _queueing.WaitMs(site);
        _latency.Add(waited, operations - turnedAway);
        TurnedAway += turnedAway;

        // The plan's cost has the round trip of every operation; one that is turned away loses its revenue instead.
        var extraUsd = ((operations - turnedAway) * (world.LatencyValue.LostUsd(waited) - world.LatencyValue.LostUsd(ms)))
            + (turnedAway * (World.RevenueUsdPerOperation - world.LatencyValue.LostUsd(ms)));
        Cost = Cost with { LatencyUsd = Cost.LatencyUsd + extraUsd };
    }
}
