using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Arbitration;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using Idp.Simulation.Traces;

namespace Idp.Simulation.Loop;

/// <summary>Replays a trace against the real controller and the real arbiter; only clocks, stores and networks are simulated.</summary>
public sealed class LoopSimulation(LoopOptions options, RoundTrips roundTrips, ImmutableArray<Region> regions)
{
    private static readonly DatasetId Dataset = DatasetId.Parse("trace");

    private readonly PlacementController _controller = new(options.Placement);
    private readonly Arbiter _arbiter = new(options.Arbiter);

    /// <param name="start">Where every object is at first.</param>
    public LoopReport Run(TraceWindow window, IEnumerable<Access> accesses, PlacementKey key, RegionId start)
    {
        var objects = new Dictionary<string, SimulatedObject>();
        var tally = new LatencyTally(window);
        var nextLoop = window.From + options.Interval;
        foreach (var access in accesses)
        {
            for (; nextLoop <= access.At; nextLoop += options.Interval)
            {
                RunLoop(objects, nextLoop);
            }

            var name = key.Of(access);
            if (!objects.TryGetValue(name, out var target))
            {
                objects[name] = target = new SimulatedObject(new ObjectId(Dataset, name), start);
            }

            target.Arrive(access.At);
            tally.Add(access, roundTrips[access.Region, target.Primary], 1 + options.ReadsPerWrite);
            target.Touch(access.Region, access.At, options.ReadsPerWrite, options.Placement.HalfLife);
        }

        return new LoopReport(
            tally.Report(), objects.Count, objects.Values.Sum(target => target.Moves), objects.Values.Count(target => target.Moves > 0));
    }

    private void RunLoop(Dictionary<string, SimulatedObject> objects, DateTimeOffset now)
    {
        foreach (var target in objects.Values)
        {
            target.Arrive(now);
        }

        var plan = _controller.Decide(new PlacementSnapshot(
            now,
            TelemetryAge: TimeSpan.Zero,
            TelemetryPeriod: options.Interval,
            roundTrips,
            regions,
            [.. objects.Values.Select(target => target.Sense(now, options.Placement.HalfLife, options.ObjectBytes))]));
        foreach (var memory in plan.Memories)
        {
            objects[memory.Object.Key].Memory = memory;
        }

        ImmutableArray<OpenChange> open =
        [
            .. plan.Memories
                .Select(memory => (memory.Object, Target: objects[memory.Object.Key]))
                .Where(entry => entry.Target.Arrival is not null)
                .Select(entry => new OpenChange(entry.Object, entry.Target.Primary, entry.Target.Arrival!.Value.To)),
        ];
        var context = new ArbiterContext(
            now,
            PausedBecause: null,
            ImmutableDictionary<DatasetId, OperatingMode>.Empty.Add(Dataset, OperatingMode.Auto),
            Denials: [],
            open);
        foreach (var decision in _arbiter.Decide(plan.Proposals, context).Decisions)
        {
            if (decision.Outcome is DecisionOutcome.Migrate)
            {
                objects[decision.Proposal.Object.Key].Arrival = (decision.Proposal.To, now + options.MoveDuration);
            }
        }
    }
}
