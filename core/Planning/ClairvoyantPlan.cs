using System.Collections.Immutable;

namespace Idp.Core.Planning;

/// <summary>The cheapest plan of one object for demand that is known: a bound for anything that must decide without knowing it.</summary>
/// <param name="Path">The layout of each hour.</param>
/// <param name="Copies">Sites to which the object was copied.</param>
/// <param name="HandOvers">Changes of the primary.</param>
public sealed record ClairvoyantPlan(ImmutableArray<Layout> Path, PlanCost Cost, int Copies, int HandOvers)
{
    /// <summary>Solves for the true demand, without any guard.</summary>
    /// <param name="program">Its space says which layouts are allowed; its buffers are used.</param>
    /// <param name="start">Where the object is before the first hour; null when nowhere: its first copies then cost nothing.</param>
    public static ClairvoyantPlan Of(HorizonProgram program, DemandWindow demand, double sizeGb, Layout? start)
    {
        program.Solve(demand, sizeGb);
        var path = program.PathFrom(start);
        var cost = PlanCost.OfPath(program.Space.Costs, demand, sizeGb, start, path);
        var (copies, handOvers) = (0, 0);
        var at = start ?? path[0];
        foreach (var next in path)
        {
            copies += at.CopiesTo(next);
            handOvers += at.Primary == next.Primary ? 0 : 1;
            at = next;
        }

        return new ClairvoyantPlan(path, cost, copies, handOvers);
    }
}
