using System.Numerics;
using Idp.Core.Sharding;

namespace Idp.Bench.Sharding;

/// <summary>Every allowed choice of one object with its cost and use, computed anew from the problem: what the oracles are fed.</summary>
/// <remarks>Shares no code with the solver, so that an agreement of both says something.</remarks>
internal static class ChoiceModel
{
    private const double BytesPerGb = 1e9;

    public static IEnumerable<Choice> Of(FleetProblem problem, int at)
    {
        var (objects, regions) = (problem.Objects, problem.Regions.Length);
        for (var sites = 1; sites < 1 << regions; sites++)
        {
            var count = BitOperations.PopCount((uint)sites);
            if ((sites & ~objects.AllowedSites[at]) != 0 || count < objects.MinSites[at] || count > objects.MaxSites[at])
            {
                continue;
            }

            for (var primary = 0; primary < regions; primary++)
            {
                if ((sites >> primary & 1) != 0)
                {
                    yield return Cost(problem, at, (ushort)sites, primary);
                }
            }
        }
    }

    private static Choice Cost(FleetProblem problem, int at, ushort sites, int primary)
    {
        var (objects, regions) = (problem.Objects, problem.Regions.Length);
        var (latency, infrastructure, move, writesOfAll, farthest) = (0.0, 0.0, 0.0, 0.0, 0.0);
        var (value, strong, answerGb) = (objects.UsdPerMs[at], objects.StrongReadShare[at], objects.AnswerBytes[at] / BytesPerGb);
        for (var caller = 0; caller < regions; caller++)
        {
            var (reads, writes) = (objects.ReadsPerDay[(at * regions) + caller], objects.WritesPerDay[(at * regions) + caller]);
            var near = Nearest(problem, sites, caller);
            writesOfAll += writes;
            Serve(caller, near, reads * (1 - strong));
            Serve(caller, primary, reads * strong);
            latency += writes * value * problem.LatencyMs[(caller * regions) + primary];
        }

        for (var site = 0; site < regions; site++)
        {
            if ((sites >> site & 1) == 0)
            {
                continue;
            }

            var gb = objects.SizeBytes[at] / BytesPerGb;
            infrastructure += (gb * problem.StorageUsdPerGbDay[site]) + (writesOfAll * problem.OperationUsd[site]);
            if (site != primary)
            {
                infrastructure += writesOfAll * objects.ChangeBytes[at] / BytesPerGb * problem.EgressUsdPerGb[primary];
                farthest = Math.Max(farthest, problem.LatencyMs[(primary * regions) + site]);
            }

            if (objects.CurrentSites[at] != 0 && (objects.CurrentSites[at] >> site & 1) == 0)
            {
                move += ((gb * problem.EgressUsdPerGb[objects.CurrentPrimary[at]]) + problem.MoveOverheadUsd) / problem.PaybackDays;
            }
        }

        latency += writesOfAll * value * objects.SyncFactor[at] * farthest;
        return new Choice(sites, primary, latency + infrastructure + move, infrastructure);

        void Serve(int caller, int site, double count)
        {
            latency += count * value * problem.LatencyMs[(caller * regions) + site];
            infrastructure += (count * problem.OperationUsd[site]) + (site == caller ? 0 : count * answerGb * problem.EgressUsdPerGb[site]);
        }
    }

    private static int Nearest(FleetProblem problem, ushort sites, int caller)
    {
        var (nearest, regions) = (-1, problem.Regions.Length);
        for (var site = 0; site < regions; site++)
        {
            if ((sites >> site & 1) != 0 && (nearest < 0 || problem.LatencyMs[(caller * regions) + site] < problem.LatencyMs[(caller * regions) + nearest]))
            {
                nearest = site;
            }
        }

        return nearest;
    }

    internal readonly record struct Choice(ushort Sites, int Primary, double Usd, double InfrastructureUsd);
}
