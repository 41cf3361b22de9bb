using System.Globalization;
using Idp.Core.Sharding;

namespace Idp.Bench.Sharding;

/// <summary>How exactly small fleets are placed, how the search's effort grows with them, and whether OR-Tools finds anything better.</summary>
/// <remarks>Of each size three fleets are solved, with the default gap and with a tenth of it; figures are those of the worst.</remarks>
internal sealed class ExactBench : IBench
{
    private const int Seed = PlacementBench.Seed;
    private const int Fleets = PlacementBench.Fleets;
    private const double TightGap = 1e-5;
    private const double OracleGap = 1e-6;
    private const double Agreement = 1e-9; // What rounding may make of two sums of the same.

    private static readonly TimeSpan LinearLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan CoreLimit = TimeSpan.FromSeconds(60);

    private static readonly (int Count, string Name)[] Sizes = [(100, "100"), (300, "300"), (1_000, "1k"), (3_000, "3k")];

    public string Name => "placement-exact";

    public string Description => "the exact search for 100 to 3,000 objects in eight regions: gap, subproblems, time; OR-Tools on what a better plan may have";

    public Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        FleetSolver.Solve(SyntheticFleet.Create(300, Seed), new SolverOptions(), cancellationToken: cancellationToken); // Compiled and warm.
        foreach (var (count, name) in Sizes)
        {
            FleetProblem[] fleets = [.. Enumerable.Range(Seed, Fleets).Select(seed => SyntheticFleet.Create(count, seed))];
            AddEffort(figures, fleets, new SolverOptions { ExactUpTo = count }, name, cancellationToken);
            var plans = AddEffort(figures, fleets, new SolverOptions { ExactUpTo = count, ExactGap = TightGap }, $"{name}Tight", cancellationToken);
            if (count == 1_000)
            {
                AddOracle(figures, fleets, plans);
            }
        }

        return Task.FromResult<IReadOnlyDictionary<string, double>>(figures);
    }

    private static FleetPlan[] AddEffort(
        Dictionary<string, double> figures, FleetProblem[] fleets, SolverOptions options, string name, CancellationToken cancellationToken)
    {
        var (plans, times) = (new List<FleetPlan>(), new List<CpuClock.Reading>());
        foreach (var fleet in fleets)
        {
            var clock = CpuClock.Start();
            plans.Add(FleetSolver.Solve(fleet, options, cancellationToken: cancellationToken));
            times.Add(clock.Elapsed);
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name}: {times[^1].CpuSeconds:0.00} s of processor, gap {plans[^1].Gap:0.0e0}, {plans[^1].Effort}"));
        }

        figures[$"closed{name}"] = plans.Count(plan => plan.IsOptimal);
        figures[$"certifiedGap{name}"] = plans.Max(plan => plan.Gap ?? double.NaN);
        figures[$"searchNodes{name}"] = plans.Max(plan => plan.Effort.Nodes);
        figures[$"cpuSeconds{name}"] = times.Max(time => time.CpuSeconds);
        figures[$"seconds{name}"] = times.Max(time => time.Seconds);
        return [.. plans];
    }

    private static void AddOracle(Dictionary<string, double> figures, FleetProblem[] fleets, FleetPlan[] plans)
    {
        foreach (var (at, (fleet, plan)) in fleets.Zip(plans).Index())
        {
            var name = $"Fleet{at + 1}";
            var lp = Oracle.Solve(fleet, "GLOP", LinearLimit) ?? throw new InvalidOperationException("GLOP found no optimum.");
            var clock = CpuClock.Start();
            var mip = Oracle.SolveCore(fleet, plan, lp.Prices, OracleGap, CoreLimit);
            figures[$"coreSeconds{name}"] = clock.Elapsed.Seconds;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: ours {plan.CostUsdPerDay} above {plan.BoundUsdPerDay}, SCIP {mip}"));
            if (mip is null)
            {
                continue; // Nothing within the limit, not even the hint.
            }

            Check(plan.BoundUsdPerDay, mip.Usd, "our bound exceeds SCIP's plan");
            Check((decimal)mip.BoundUsd, (double)plan.CostUsdPerDay, "SCIP's bound exceeds our plan");
            figures[$"coreVariables{name}"] = mip.Variables;
            figures[$"ourGap{name}"] = plan.Gap!.Value;
            figures[$"oracleGap{name}"] = ((double)plan.CostUsdPerDay - mip.Usd) / mip.Usd;
            figures[$"oracleCertifiedGap{name}"] = (mip.Usd - mip.BoundUsd) / mip.BoundUsd;
            figures[$"boundAboveOracleBound{name}"] = ((double)plan.BoundUsdPerDay - mip.BoundUsd) / mip.BoundUsd;
        }
    }

    private static void Check(decimal bound, double cost, string failure)
    {
        if ((double)bound > cost * (1 + Agreement))
        {
            throw new InvalidOperationException($"One of both is wrong: {failure}, {bound} > {cost}.");
        }
    }
}
