using System.Collections.Immutable;
using Idp.Advise.Fleets;
using Idp.Core.Planning;

namespace Idp.Advise.Replays;

/// <summary>Which objects are replayed: the dearest ones, and a sample of the rest when there are too many.</summary>
/// <param name="Head">Replayed, and counted once each.</param>
/// <param name="Sample">Replayed for the rest. Weights are inverse to the chance of being drawn, which grows with what an object costs.</param>
/// <param name="Rest">How many objects the sample stands for, itself included.</param>
public sealed record ReplaySelection(ImmutableArray<int> Head, ImmutableArray<SampledObject> Sample, int Rest)
{
    // A unit is about nine microseconds of one core; this is about 40 s on two.
    private const double UsualWork = 9e6;
    private const double HeadShare = 0.75;
    private const double PerHour = 40; // What an hour costs whatever the layouts: forecasts, guards, wording.
    private const double MinUsd = 1e-12; // Where prices are all zero, every object is as good as any other.
    private const int MinSample = 20;
    private const int MaxSample = 400;

    /// <param name="home">What each object costs where it is.</param>
    /// <param name="objects">The dearest objects to replay; null for what about a minute allows.</param>
    public static ReplaySelection Of(Fleet fleet, Standing home, int? objects)
    {
        int[] order = [.. Enumerable.Range(0, fleet.Objects.Length).OrderByDescending(index => home.Costs[index].TotalUsd).ThenBy(index => index)];
        var work = order.Select(index => fleet.Objects[index]).Select(entry => fleet.Hours * (entry.NearSites.IsSubsetOf(Home(entry)) ? 1 : PerHour + Layouts(entry.NearSites.Count, fleet.World.MaxSites))).ToArray();
        var head = objects is { } asked ? Math.Min(asked, work.Length) : work.Sum() <= UsualWork ? work.Length : HeadOf(work);
        var rest = work.Length - head;
        if (rest == 0)
        {
            return new ReplaySelection([.. order], [], 0);
        }

        var size = objects is { } given ? given / 4 : (int)((1 - HeadShare) * UsualWork / (work.Skip(head).Sum() / rest));
        return new ReplaySelection([.. order[..head]], Draw(order[head..], home, Math.Min(rest, Math.Clamp(size, MinSample, MaxSample))), rest);
    }

    private static int HeadOf(double[] work)
    {
        var (head, used) = (0, 0.0);
        while (head < work.Length && used + work[head] <= HeadShare * UsualWork)
        {
            used += work[head++];
        }

        return head;
    }

    // Systematic sampling with chances in proportion to cost (Madow, 1949); the rest is sorted by it, so every size of object has its share.
    private static ImmutableArray<SampledObject> Draw(int[] rest, Standing home, int size)
    {
        double CostOf(int index) => Math.Max(home.Costs[index].TotalUsd, MinUsd);
        var step = rest.Sum(CostOf) / size;
        var sample = ImmutableArray.CreateBuilder<SampledObject>();
        var (seen, next) = (0.0, step / 2);
        foreach (var index in rest)
        {
            seen += CostOf(index);
            var hits = 0;
            for (; next < seen; next += step)
            {
                hits++;
            }

            if (hits > 0)
            {
                sample.Add(new SampledObject(index, hits * step / CostOf(index)));
            }
        }

        return sample.ToImmutable();
    }

    private static SiteSet Home(FleetObject entry) => SiteSet.Empty.With(entry.Home);

    private static double Layouts(int regions, int maxSites)
    {
        var (layouts, sets) = (0.0, 1.0);
        for (var sites = 1; sites <= Math.Min(regions, maxSites); sites++)
        {
            sets = sets * (regions - sites + 1) / sites;
            layouts += sets * sites;
        }

        return layouts;
    }
}

/// <param name="Object">Index into the fleet.</param>
/// <param name="Weight">How many objects like it the fleet is taken to have.</param>
public readonly record struct SampledObject(int Object, double Weight);
