using System.Globalization;
using Idp.Core.Sharding;

namespace Idp.Bench.Sharding;

/// <summary>What others make of the same fleet: published ways of placing, and OR-Tools as oracle.</summary>
internal static class FleetComparison
{
    private static readonly TimeSpan IntegerLimit = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan LinearLimit = TimeSpan.FromSeconds(90);

    /// <summary>Cost ÷ our bound, budget spent ÷ budget, and the fullest region's use ÷ capacity; above 1 they break limits that we keep.</summary>
    public static void WithBaselines(Dictionary<string, double> figures, FleetProblem problem, FleetPlan plan, string size)
    {
        Add("Ours", plan.Sites, plan.Primaries);
        foreach (var (name, sites, primaries) in Baselines.All(problem))
        {
            Add(name, sites, primaries);
        }

        void Add(string name, IReadOnlyList<ushort> sites, IReadOnlyList<byte> primaries)
        {
            var costs = FleetEvaluator.Evaluate(problem, sites, primaries);
            var ratio = (double)(costs.CostUsdPerDay / plan.BoundUsdPerDay);
            figures[$"costRatio{name}{size}"] = ratio;
            figures[$"budgetUse{name}{size}"] = (double)costs.InfrastructureUsdPerDay / problem.BudgetUsdPerDay;
            figures[$"fullestRegion{name}{size}"] = costs.UsedBytes.Zip(problem.CapacityBytes, (used, room) => used / room).Max();
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size} {name}: cost {ratio:0.0000} of our bound"));
        }
    }

    /// <summary>SCIP's best plan and bound within its time limit. A positive gap means that it did better than we.</summary>
    public static void WithIntegerProgram(Dictionary<string, double> figures, FleetProblem problem, string size)
    {
        var plan = FleetSolver.Solve(problem, new SolverOptions());
        if (Timed(figures, $"mipSeconds{size}", () => Oracle.Solve(problem, "SCIP", IntegerLimit)) is { } mip)
        {
            figures[$"oracleGap{size}"] = ((double)plan.CostUsdPerDay - mip.Usd) / mip.Usd;
            figures[$"oracleCertifiedGap{size}"] = (mip.Usd - mip.BoundUsd) / mip.BoundUsd;
            figures[$"boundAboveOracleBound{size}"] = ((double)plan.BoundUsdPerDay - mip.BoundUsd) / mip.BoundUsd;
            figures[$"mipVariables{size}"] = mip.Variables;
        }
    }

    /// <summary>GLOP's optimum of the relaxation, which no bound from prices alone can exceed (Geoffrion, 1974).</summary>
    public static void WithLinearProgram(Dictionary<string, double> figures, FleetProblem problem, string size)
    {
        var plan = FleetSolver.Solve(problem, new SolverOptions { ExactUpTo = 0 });
        if (Timed(figures, $"lpSeconds{size}", () => Oracle.Solve(problem, "GLOP", LinearLimit)) is { } lp)
        {
            figures[$"boundBelowLp{size}"] = (lp.Usd - (double)plan.BoundUsdPerDay) / lp.Usd;
            figures[$"costAboveLp{size}"] = ((double)plan.CostUsdPerDay - lp.Usd) / lp.Usd;
            figures[$"lpVariables{size}"] = lp.Variables;
        }
    }

    private static Oracle.Answer? Timed(Dictionary<string, double> figures, string name, Func<Oracle.Answer?> solve)
    {
        var clock = CpuClock.Start();
        var answer = solve();
        figures[name] = clock.Elapsed.Seconds;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {figures[name]:0.0} s, {answer}"));
        return answer;
    }
}
