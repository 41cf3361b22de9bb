using System.Diagnostics;
using System.Globalization;
using Idp.Core.Sharding;

namespace Idp.Bench.Sharding;

/// <summary>The fleet solver from a thousand to a million objects, against baselines and OR-Tools.</summary>
internal sealed class PlacementBench : IBench
{
    private const int Seed = 20_261_126;
    private const int Regions = 8;
    private const int MovedShare = 20; // One object in twenty has new demand at a tick.

    private static readonly (int Count, string Name, int Seeds)[] Sizes = [(1_000, "1k", 3), (10_000, "10k", 3), (100_000, "100k", 3), (1_000_000, "1M", 1)];
    private static readonly TimeSpan MipLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LpLimit = TimeSpan.FromSeconds(120);

    public string Name => "placement";

    public string Description => "time, memory and certified gap of the fleet solver for 1,000 to 1,000,000 objects in eight regions; baselines and OR-Tools beside it";

    public Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        FleetSolver.Solve(SyntheticFleet.Create(2_000, Seed), new SolverOptions(), cancellationToken: cancellationToken); // Compiled and warm.
        foreach (var (count, name, seeds) in Sizes)
        {
            Scale(figures, count, name, seeds, cancellationToken);
        }

        CompareBaselines(figures);
        AskOracles(figures);
        return Task.FromResult<IReadOnlyDictionary<string, double>>(figures);
    }

    private static void Scale(Dictionary<string, double> figures, int count, string name, int seeds, CancellationToken cancellationToken)
    {
        var runs = Enumerable.Range(Seed, seeds).Select(seed => Run(count, seed, cancellationToken)).ToArray();
        figures[$"fullSolveSeconds{name}"] = runs.Max(run => run.FullSeconds);
        figures[$"fullSolveCpuSeconds{name}"] = runs.Max(run => run.FullCpuSeconds);
        figures[$"incrementalSeconds{name}"] = runs.Max(run => run.IncrementalSeconds);
        figures[$"peakGb{name}"] = runs.Max(run => run.PeakGb);
        figures[$"certifiedGap{name}"] = runs.Max(run => run.Gap);
        figures[$"incrementalGap{name}"] = runs.Max(run => run.IncrementalGap);
        figures[$"objectsAdjusted{name}"] = runs.Max(run => run.Adjusted);
        figures[$"searchNodes{name}"] = runs.Max(run => run.Nodes);
    }

    private static Measured Run(int count, int seed, CancellationToken cancellationToken)
    {
        var problem = SyntheticFleet.Create(count, seed);
        PeakMemory.Reset();
        var (started, cpu) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
        var session = new FleetSession(problem, new SolverOptions());
        var plan = session.Solve(cancellationToken: cancellationToken);
        var (full, fullCpu) = (Stopwatch.GetElapsedTime(started), Process.GetCurrentProcess().TotalProcessorTime - cpu);
        if (!plan.IsFeasible)
        {
            throw new InvalidOperationException($"The plan for {count} objects breaks limits: {string.Join("; ", plan.Violations)}.");
        }

        var moved = MoveDemand(problem.Objects);
        started = Stopwatch.GetTimestamp();
        var updated = session.Update(moved, cancellationToken);
        var incremental = Stopwatch.GetElapsedTime(started);
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} objects: {full.TotalSeconds:0.00} s, gap {plan.Gap:0.0e0}, {plan.Effort}; tick {incremental.TotalSeconds:0.00} s, gap {updated.Gap:0.0e0}"));
        return new Measured(
            full.TotalSeconds, fullCpu.TotalSeconds, incremental.TotalSeconds, PeakMemory.Gb, plan.Gap!.Value, updated.Gap ?? double.NaN, plan.Effort.Adjusted, plan.Effort.Nodes);
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

    private static void CompareBaselines(Dictionary<string, double> figures)
    {
        var problem = SyntheticFleet.Create(100_000, Seed);
        var plan = FleetSolver.Solve(problem, new SolverOptions());
        var bound = (double)plan.BoundUsdPerDay;
        figures["costRatioOurs100k"] = (double)plan.CostUsdPerDay / bound;
        foreach (var (name, sites, primaries) in Baselines.All(problem))
        {
            var costs = FleetEvaluator.Evaluate(problem, sites, primaries);
            figures[$"costRatio{name}100k"] = (double)costs.CostUsdPerDay / bound;
            figures[$"budgetUse{name}100k"] = (double)costs.InfrastructureUsdPerDay / problem.BudgetUsdPerDay;
            figures[$"fullestRegion{name}100k"] = costs.UsedBytes.Zip(problem.CapacityBytes, (used, room) => used / room).Max();
        }
    }

    // Positive gaps mean that the oracle did better than we.
    private static void AskOracles(Dictionary<string, double> figures)
    {
        var small = SyntheticFleet.Create(1_000, Seed);
        var plan = FleetSolver.Solve(small, new SolverOptions());
        if (Timed(figures, "mipSeconds1k", () => Oracle.Solve(small, "SCIP", MipLimit)) is { } mip)
        {
            figures["oracleGap1k"] = ((double)plan.CostUsdPerDay - mip.Usd) / mip.Usd;
            figures["oracleCertifiedGap1k"] = (mip.Usd - mip.BoundUsd) / mip.BoundUsd;
            figures["boundAboveOracleBound1k"] = ((double)plan.BoundUsdPerDay - mip.BoundUsd) / mip.BoundUsd;
            figures["mipVariables1k"] = mip.Variables;
        }

        var larger = SyntheticFleet.Create(10_000, Seed);
        var other = FleetSolver.Solve(larger, new SolverOptions());
        if (Timed(figures, "lpSeconds10k", () => Oracle.Solve(larger, "GLOP", LpLimit)) is { } lp)
        {
            figures["boundBelowLp10k"] = (lp.Usd - (double)other.BoundUsdPerDay) / lp.Usd;
            figures["oracleGap10k"] = ((double)other.CostUsdPerDay - lp.Usd) / lp.Usd;
            figures["lpVariables10k"] = lp.Variables;
        }
    }

    private static Oracle.Answer? Timed(Dictionary<string, double> figures, string name, Func<Oracle.Answer?> solve)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = solve();
        figures[name] = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.Error.WriteLine($"{name}: {figures[name]:0.0} s, {answer}");
        return answer;
    }

    private sealed record Measured(
        double FullSeconds, double FullCpuSeconds, double IncrementalSeconds, double PeakGb, double Gap, double IncrementalGap, int Adjusted, int Nodes);
}
