using Idp.Core.Sharding;

namespace Idp.Core.Tests.Sharding;

/// <summary>What a fleet problem's documentation says a choice costs and uses, written as plainly as it can be.</summary>
internal static class PlainCosts
{
    private const double Gb = 1e9;

    public static Terms Of(FleetProblem problem, int at, ushort sites, int primary)
    {
        var (objects, regions) = (problem.Objects, problem.Regions.Length);
        var (gb, operations) = (new double[regions], new double[regions]);
        var (latency, infrastructure, move) = (0.0, 0.0, 0.0);
        int[] members = [.. Enumerable.Range(0, regions).Where(region => (sites >> region & 1) != 0)];
        var allWrites = 0.0;
        for (var caller = 0; caller < regions; caller++)
        {
            var (reads, writes) = (objects.ReadsPerDay[(at * regions) + caller], objects.WritesPerDay[(at * regions) + caller]);
            allWrites += writes;
            var strong = reads * objects.StrongReadShare[at];
            var near = members.MinBy(site => problem.LatencyMs[(caller * regions) + site]);
            foreach (var (count, site) in new[] { (reads - strong, near), (strong, primary) })
            {
                latency += count * objects.UsdPerMs[at] * problem.LatencyMs[(caller * regions) + site];
                infrastructure += site == caller ? 0 : count * objects.AnswerBytes[at] / Gb * problem.EgressUsdPerGb[site];
                operations[site] += count;
            }

            latency += writes * objects.UsdPerMs[at] * problem.LatencyMs[(caller * regions) + primary];
        }

        var farthest = members.Where(site => site != primary).Select(site => problem.LatencyMs[(primary * regions) + site]).DefaultIfEmpty(0).Max();
        latency += allWrites * objects.UsdPerMs[at] * objects.SyncFactor[at] * farthest;
        foreach (var site in members)
        {
            gb[site] = objects.SizeBytes[at] / Gb;
            operations[site] += allWrites;
            infrastructure += gb[site] * problem.StorageUsdPerGbDay[site];
            infrastructure += site == primary ? 0 : allWrites * objects.ChangeBytes[at] / Gb * problem.EgressUsdPerGb[primary];
            if (objects.CurrentSites[at] != 0 && (objects.CurrentSites[at] >> site & 1) == 0)
            {
                move += ((gb[site] * problem.EgressUsdPerGb[objects.CurrentPrimary[at]]) + problem.MoveOverheadUsd) / problem.PaybackDays;
            }
        }

        infrastructure += operations.Select((count, site) => count * problem.OperationUsd[site]).Sum();
        return new Terms(latency, infrastructure, move, gb, operations);
    }

    /// <returns>All choices that the object's own rules allow.</returns>
    public static IEnumerable<(ushort Sites, int Primary)> Choices(FleetProblem problem, int at)
    {
        var (objects, regions) = (problem.Objects, problem.Regions.Length);
        return
            from sites in Enumerable.Range(1, (1 << regions) - 1)
            let count = System.Numerics.BitOperations.PopCount((uint)sites)
            where (sites & ~objects.AllowedSites[at]) == 0 && count >= objects.MinSites[at] && count <= objects.MaxSites[at]
            from primary in Enumerable.Range(0, regions)
            where (sites >> primary & 1) != 0
            select ((ushort)sites, primary);
    }

    public static Terms OfPlan(FleetProblem problem, FleetPlan plan) => Enumerable.Range(0, problem.Objects.Count)
        .Where(at => plan.Sites[at] != 0)
        .Select(at => Of(problem, at, plan.Sites[at], plan.Primaries[at]))
        .Aggregate(Terms.None(problem.Regions.Length), (sum, terms) => sum.Plus(terms));

    /// <returns>The least cost of any plan within the limits, by trying all; null when there is none.</returns>
    public static double? Optimum(FleetProblem problem)
    {
        Terms[][] choices = [.. Enumerable.Range(0, problem.Objects.Count)
            .Select(at => Choices(problem, at).Select(choice => Of(problem, at, choice.Sites, choice.Primary)).OrderBy(terms => terms.Usd).ToArray())];
        double[] rest = [.. Enumerable.Range(0, choices.Length + 1).Select(at => choices.Skip(at).Sum(of => of[0].Usd))];
        double? best = null;
        Try(0, Terms.None(problem.Regions.Length));
        return best;

        void Try(int at, Terms sum)
        {
            if (!sum.Keeps(problem) || sum.Usd + rest[at] >= best)
            {
                return;
            }

            if (at == choices.Length)
            {
                best = sum.Usd;
                return;
            }

            foreach (var choice in choices[at])
            {
                Try(at + 1, sum.Plus(choice));
            }
        }
    }

    internal sealed record Terms(double LatencyUsd, double InfrastructureUsd, double MoveUsd, double[] Gb, double[] Operations)
    {
        public double Usd => LatencyUsd + InfrastructureUsd + MoveUsd;

        public static Terms None(int regions) => new(0, 0, 0, new double[regions], new double[regions]);

        public Terms Plus(Terms other) => new(
            LatencyUsd + other.LatencyUsd,
            InfrastructureUsd + other.InfrastructureUsd,
            MoveUsd + other.MoveUsd,
            [.. Gb.Zip(other.Gb, (a, b) => a + b)],
            [.. Operations.Zip(other.Operations, (a, b) => a + b)]);

        public bool Keeps(FleetProblem problem) =>
            InfrastructureUsd <= problem.BudgetUsdPerDay * (1 + 1e-9)
            && Gb.Zip(problem.CapacityBytes, (used, room) => used <= room / PlainCosts.Gb * (1 + 1e-9)).All(isKept => isKept)
            && Operations.Zip(problem.CapacityOperationsPerDay, (used, room) => used <= room * (1 + 1e-9)).All(isKept => isKept);
    }
}
