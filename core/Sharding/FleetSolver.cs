namespace Idp.Core.Sharding;

/// <summary>Chooses the sites of a whole fleet at once.</summary>
/// <remarks>
/// Each object's sets of sites are enumerated, so alone it is placed exactly; capacities and the budget couple the objects and
/// are replaced by prices (Lagrangian relaxation, the prices found by a proximal bundle method, on a sample first). At the best
/// prices a few objects are switched so that every limit holds, and the bound that the prices prove is published with the plan.
/// Pure: the same problem, options and start give the same plan, bit for bit, with any number of threads.
/// </remarks>
public static class FleetSolver
{
    /// <summary>Solves once. To follow demand as it moves, keep a <see cref="FleetSession"/>.</summary>
    /// <param name="warmStart">Prices of an earlier plan for the same regions; null to start from none.</param>
    /// <exception cref="ArgumentException">The problem has errors; the message names them all.</exception>
    public static FleetPlan Solve(
        FleetProblem problem, SolverOptions options, ScarcityPrices? warmStart = null, CancellationToken cancellationToken = default) =>
        new FleetSession(problem, options).Solve(warmStart, cancellationToken);
}
