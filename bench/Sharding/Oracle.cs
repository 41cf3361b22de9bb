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
        var variables = Build(problem, program, isInteger: solver is not ("GLOP" or "PDLP"));
        var status = program.Solve();
        if (status is not (Solver.ResultStatus.OPTIMAL or Solver.ResultStatus.FEASIBLE))
        {
            return null;
        }

        var objective = program.Objective();
        var isRelaxed = solver is "GLOP" or "PDLP";
        return new Answer(objective.Value(), isRelaxed ? objective.Value() : objective.BestBound(), status is Solver.ResultStatus.OPTIMAL, variables);
    }

    private static int Build(FleetProblem problem, Solver program, bool isInteger)
    {
        var (objective, count) = (program.Objective(), 0);
        objective.SetMinimization();
        var budget = program.MakeConstraint(double.NegativeInfinity, problem.BudgetUsdPerDay);
        Constraint[] capacity = [.. problem.CapacityBytes.Select(bytes => program.MakeConstraint(double.NegativeInfinity, bytes / BytesPerGb))];
        for (var at = 0; at < problem.Objects.Count; at++)
        {
            var one = program.MakeConstraint(1, 1);
            var gb = problem.Objects.SizeBytes[at] / BytesPerGb;
            foreach (var choice in ChoiceModel.Of(problem, at))
            {
                var variable = isInteger ? program.MakeBoolVar(string.Empty) : program.MakeNumVar(0, double.PositiveInfinity, string.Empty);
                count++;
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

        return count;
    }

    /// <param name="Usd">Cost of the best plan found; of the relaxation for linear programs.</param>
    /// <param name="BoundUsd">No plan costs less, says the solver.</param>
    internal sealed record Answer(double Usd, double BoundUsd, bool IsOptimal, int Variables);
}
