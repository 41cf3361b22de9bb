using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Sharding;

/// <summary>What any placement of a fleet costs, whether it keeps the limits or not: today's, a baseline's, somebody's idea.</summary>
public static class FleetEvaluator
{
    private const int ObjectsPerChunk = 1_024; // Fixed, so that sums do not depend on the number of threads.

    /// <param name="sites">By object: bit <c>r</c> is set where it is; 0 for an object that is nowhere and costs nothing.</param>
    /// <param name="primaries">By object: index of the primary's region, one of its sites.</param>
    /// <exception cref="ArgumentException">The arrays do not have one entry an object, or a primary is not one of its sites.</exception>
    public static FleetCosts Evaluate(FleetProblem problem, IReadOnlyList<ushort> sites, IReadOnlyList<byte> primaries)
    {
        var objects = problem.Objects.Count;
        if (sites.Count != objects || primaries.Count != objects)
        {
            throw new ArgumentException($"{sites.Count} sites and {primaries.Count} primaries, expected {objects} of each.", nameof(sites));
        }

        var terms = new FleetTerms(problem, problem.Regions.Length);
        var chunks = new double[(objects + ObjectsPerChunk - 1) / ObjectsPerChunk][];
        Parallel.For(0, chunks.Length, chunk => chunks[chunk] = SumOf(problem, terms, sites, primaries, chunk * ObjectsPerChunk));
        var total = new double[terms.LimitCount + 2];
        foreach (var sums in chunks)
        {
            for (var at = 0; at < total.Length; at++)
            {
                total[at] += sums[at];
            }
        }

        var regions = terms.RegionCount;
        return new FleetCosts(
            Wording.Money(total[^2]),
            Wording.Money(total[terms.Budget]),
            Wording.Money(total[^1]),
            [.. total.Take(regions).Select(gb => gb * RegionPrices.BytesPerGb)],
            [.. total.Skip(regions).Take(regions)]);
    }

    private static double[] SumOf(FleetProblem problem, FleetTerms terms, IReadOnlyList<ushort> sites, IReadOnlyList<byte> primaries, int first)
    {
        var sums = new double[terms.LimitCount + 2]; // Use of each limit, waiting, new copies.
        var block = new double[new ItemLayout(terms.RegionCount).BlockLength];
        var writer = new ItemWriter(problem, terms);
        for (var at = first; at < Math.Min(first + ObjectsPerChunk, problem.Objects.Count); at++)
        {
            if (sites[at] == 0)
            {
                continue;
            }

            if ((sites[at] >> primaries[at] & 1) == 0)
            {
                throw new ArgumentException($"Object {at} has its primary in region {primaries[at]}, which is none of its sites.", nameof(primaries));
            }

            writer.WriteUnruled(at, block, lane: 0);
            var view = new ItemView(terms, block, lane: 0);
            var set = terms.Sets.IndexOf(sites[at]);
            view.AddUse(set, primaries[at], sums);
            sums[^2] += view.LatencyUsd(set, primaries[at]);
            sums[^1] += view.MoveUsd(set);
        }

        return sums;
    }
}
