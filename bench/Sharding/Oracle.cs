using Google.OrTools.LinearSolver;
using Idp.Core.Sharding;

namespace Idp.Bench.Sharding;

/// <summary>The same problem as a linear or integer program with one variable a choice, solved by OR-Tools.</summary>
internal static class Oracle
{
    private const double BytesPerGb = 1e9;

    /// <param name="solver">OR-Tools' name of it: <c>GLOP</c> and <c>PDLP</c> relax, <c>SCIP</c> and <c>SAT</c> (CP-SAT) do not.</param>
    /// <returns>Null when it found nothing within the limit.</returns>
    public static Answer? Solve(FleetProblem problem, string solver, TimeSpan limit)
    {
        using var program = Solver.CreateSolver(solver);
        program.SetTimeLimit((long)limit.TotalMilliseconds);
        var isRelaxed = solver is "GLOP" or "PDLP";
        var (variables, rows) = Build(problem, AllChoices(problem), program, isInteger: !isRelaxed);
        var status = program.Solve();
        if (status is not (Solver.ResultStatus.OPTIMAL or Solver.ResultStatus.FEASIBLE))
        {
            return null;
        }

        var objective = program.Objective();
        double[] prices = isRelaxed ? [.. rows.Select(row => Math.Max(0, -row.DualValue()))] : [];
        return new Answer(objective.Value(), isRelaxed ? objective.Value() : objective.BestBound(), status is Solver.ResultStatus.OPTIMAL, variables.Length, prices);
    }

    /// <summary>Lets SCIP look for anything better than a plan, told the plan, among the choices that something better can have.</summary>
    /// <remarks>
    /// What is left out is found from GLOP's prices and <see cref="ChoiceModel"/> alone: a choice whose cost at these prices exceeds
    /// the object's least by more than the plan costs above the Lagrangian bound is in nothing better, whatever our solver says.
    /// </remarks>
    /// <param name="prices">Of the budget, then of gigabytes by region.</param>
    public static Answer? SolveCore(FleetProblem problem, FleetPlan plan, double[] prices, double gap, TimeSpan limit)
    {
        var all = AllChoices(problem);
        ChoiceModel.Choice[] ours = [.. all.Select((choices, at) => choices.Single(choice => choice.Sites == plan.Sites[at] && choice.Primary == plan.Primaries[at]))];
        double[][] reduced = [.. all.Select((choices, at) => choices.Select(choice => ReducedUsd(problem, at, choice, prices)).ToArray())];
        var bound = reduced.Sum(costs => costs.Min()) - Worth(problem, prices);
        var margin = (ours.Sum(choice => choice.Usd) - bound) * 1.000_001;
        ChoiceModel.Choice[][] core = [.. all.Select((choices, at) => choices.Where((choice, number) =>
            choice == ours[at] || reduced[at][number] - reduced[at].Min() <= margin).ToArray())];

        using var program = Solver.CreateSolver("SCIP");
        program.SetTimeLimit((long)limit.TotalMilliseconds);
        var (variables, _) = Build(problem, core, program, isInteger: true);
        program.SetHint(variables, [.. core.SelectMany((choices, at) => choices.Select(choice => choice == ours[at] ? 1.0 : 0.0))]);
        using var parameters = new MPSolverParameters();
        parameters.SetDoubleParam(MPSolverParameters.DoubleParam.RELATIVE_MIP_GAP, gap);
        var status = program.Solve(parameters);
        return status is Solver.ResultStatus.OPTIMAL or Solver.ResultStatus.FEASIBLE
            ? new Answer(program.Objective().Value(), program.Objective().BestBound(), status is Solver.ResultStatus.OPTIMAL, variables.Length, [])
            : null;
    }

    private static ChoiceModel.Choice[][] AllChoices(FleetProblem problem) =>
        [.. Enumerable.Range(0, problem.Objects.Count).Select(at => ChoiceModel.Of(problem, at).ToArray())];

    private static double ReducedUsd(FleetProblem problem, int at, ChoiceModel.Choice choice, double[] prices)
    {
        var (usd, gb) = (choice.Usd + (prices[0] * choice.InfrastructureUsd), problem.Objects.SizeBytes[at] / BytesPerGb);
        for (var site = 0; site < problem.Regions.Length; site++)
        {
            usd += (choice.Sites >> site & 1) != 0 ? prices[1 + site] * gb : 0;
        }

        return usd;
    }

    private static double Worth(FleetProblem problem, double[] prices) =>
        (prices[0] * problem.BudgetUsdPerDay) + problem.CapacityBytes.Select((bytes, site) => prices[1 + site] * bytes / BytesPerGb).Sum();

    /// <returns>Variables by object and choice; the limits: the budget, then gigabytes by region.</returns>
    private static (Variable[] Variables, Constraint[] Rows) Build(FleetProblem problem, ChoiceModel.Choice[][] choices, Solver program, bool isInteger)
    {
        var (objective, variables) = (program.Objective(), new List<Variable>());
        objective.SetMinimization();
        var budget = program.MakeConstraint(double.NegativeInfinity, problem.BudgetUsdPerDay);
        Constraint[] capacity = [.. problem.CapacityBytes.Select(bytes => program.MakeConstraint(double.NegativeInfinity, bytes / BytesPerGb))];
        for (var at = 0; at < problem.Objects.Count; at++)
        {
            var one = program.MakeConstraint(1, 1);
            var gb = problem.Objects.SizeBytes[at] / BytesPerGb;
            foreach (var choice in choices[at])
            {
                var variable = isInteger ? program.MakeBoolVar(string.Empty) : program.MakeNumVar(0, double.PositiveInfinity, string.Empty);
                variables.Add(variable);
                one.SetCoefficient(variable, 1);
                objective.SetCoefficient(variable, choice.Usd);
                budget.SetCoefficient(variable, choice.InfrastructureUsd);
                for (var site = 0; site < capacity.Length; site++)
                {
                    if ((choice.Sites >> site & 1) != 0)
                    {
                        capacity[site].SetCoefficient(variable, gb);
                    }
                }
            }
        }

        return ([.. variables], [budget, .. capacity]);
    }

    /// <param name="Usd">Cost of the best plan found; of the relaxation for linear programs.</param>
    /// <param name="BoundUsd">No plan costs less, says the solver.</param>
    /// <param name="Prices">Of a linear program's limits: the budget, then gigabytes by region.</param>
    internal sealed record Answer(double Usd, double BoundUsd, bool IsOptimal, int Variables, double[] Prices);
}
