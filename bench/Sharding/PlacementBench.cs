using System.Globalization;
using Idp.Core.Sharding;

namespace Idp.Bench.Sharding;

/// <summary>The fleet solver from a thousand to a million objects, against baselines and OR-Tools.</summary>
/// <remarks>
/// Of each size three fleets are solved. Times are those of the fastest, since others may use the machine (the slowest is told
/// too); gaps are those of the worst.
/// </remarks>
internal sealed class PlacementBench : IBench
{
    public const int Seed = 20_261_126;
    public const int Fleets = 3;

    private const int Regions = 8;
    private const int MovedShare = 20; // One object in twenty has new demand at a tick.

    private static readonly (int Count, string Name)[] Sizes = [(1_000, "1k"), (10_000, "10k"), (100_000, "100k"), (1_000_000, "1M")];

    public string Name => "placement";

    public string Description => "time, memory and certified gap of the fleet solver for 1,000 to 1,000,000 objects in eight regions; baselines and OR-Tools beside it";

    public Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        FleetSolver.Solve(SyntheticFleet.Create(2_000, Seed), new SolverOptions(), cancellationToken: cancellationToken); // Compiled and warm.
        foreach (var (count, name) in Sizes)
        {
            var first = Run(count, Seed, (problem, plan) => FleetComparison.WithBaselines(figures, problem, plan, name), cancellationToken);
            AddScale(figures, [first, .. Enumerable.Range(Seed + 1, Fleets - 1).Select(seed => Run(count, seed, (_, _) => { }, cancellationToken))], name);
        }

        FleetComparison.WithIntegerProgram(figures, SyntheticFleet.Create(1_000, Seed), "1k");
        FleetComparison.WithLinearProgram(figures, SyntheticFleet.Create(1_000, Seed), "1k");
        FleetComparison.WithLinearProgram(figures, SyntheticFleet.Create(10_000, Seed), "10k");
        return Task.FromResult<IReadOnlyDictionary<string, double>>(figures);
    }

    private static void AddScale(Dictionary<string, double> figures, Measured[] runs, string name)
    {
        figures[$"fullSolveSeconds{name}"] = runs.Min(run => run.Full.Seconds);
        figures[$"fullSolveCpuSeconds{name}"] = runs.Min(run => run.Full.CpuSeconds);
        figures[$"fullSolveSecondsSlowest{name}"] = runs.Max(run => run.Full.Seconds);
        figures[$"incrementalSeconds{name}"] = runs.Min(run => run.Tick.Seconds);
        figures[$"incrementalCpuSeconds{name}"] = runs.Min(run => run.Tick.CpuSeconds);
        figures[$"incrementalSecondsSlowest{name}"] = runs.Max(run => run.Tick.Seconds);
        figures[$"peakGb{name}"] = runs.Max(run => run.PeakGb);
        figures[$"certifiedGap{name}"] = runs.Max(run => run.Plan.Gap!.Value);
        figures[$"incrementalGap{name}"] = runs.Max(run => run.Updated.Gap ?? double.NaN);
        figures[$"objectsAdjusted{name}"] = runs.Max(run => run.Plan.Effort.Adjusted);
        figures[$"searchNodes{name}"] = runs.Max(run => run.Plan.Effort.Nodes);
    }

    private static Measured Run(int count, int seed, Action<FleetProblem, FleetPlan> compare, CancellationToken cancellationToken)
    {
        var problem = SyntheticFleet.Create(count, seed);
        PeakMemory.Reset();
        var clock = CpuClock.Start();
        var session = new FleetSession(problem, new SolverOptions());
        var plan = session.Solve(cancellationToken: cancellationToken);
        var full = clock.Elapsed;
        if (!plan.IsFeasible)
        {
            throw new InvalidOperationException($"The plan for {count} objects breaks limits: {string.Join("; ", plan.Violations)}.");
        }

        var peakGb = PeakMemory.Gb;
        compare(problem, plan);
        PeakMemory.Reset();
        var moved = MoveDemand(problem.Objects);
        clock = CpuClock.Start();
        var updated = session.Update(moved, cancellationToken);
        var tick = clock.Elapsed;
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} objects: {full.Seconds:0.00} s ({full.CpuSeconds:0.00} of processor), gap {plan.Gap:0.0e0}, {plan.Effort}; tick {tick.Seconds:0.00} s, gap {updated.Gap:0.0e0}"));
        return new Measured(full, tick, Math.Max(peakGb, PeakMemory.Gb), plan, updated);
    }

    // A caller's region halves or grows by half: what an hour does to a diurnal load.
    private static int[] MoveDemand(FleetObjects objects)
    {
        var random = new Random(Seed);
        int[] moved = [.. Enumerable.Range(0, objects.Count / MovedShare).Select(at => (at * MovedShare) + random.Next(MovedShare))];
        foreach (var at in moved)
        {
            var caller = (at * Regions) + random.Next(Regions);
            var factor = random.Next(2) == 0 ? 0.5 : 1.5;
            objects.ReadsPerDay[caller] *= factor;
            objects.WritesPerDay[caller] *= factor;
        }

        return moved;
    }

    private sealed record Measured(CpuClock.Reading Full, CpuClock.Reading Tick, double PeakGb, FleetPlan Plan, FleetPlan Updated);
}
