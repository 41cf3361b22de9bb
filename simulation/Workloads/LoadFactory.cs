using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Planning;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.Workloads;

/// <summary>Draws a world of some regions and objects with demand in it; the same seed, the same workload.</summary>
internal sealed class LoadFactory
{
    private const double OperationsPerHour = 300; // The median of an object, as in research/feasibility.md section 2.
    private const double WriteShare = 0.1;
    private const double SizeGb = 1;
    private const int MinRegions = 3;
    private const int MaxRegions = 6;

    private readonly Random _random;
    private readonly int _seed;

    /// <param name="salt">Keeps workloads of the same seed apart.</param>
    public LoadFactory(string salt, int seed)
    {
        _seed = seed;
        _random = new Random(StableHash(salt) ^ seed);
        var regions = SampleData.RoundTrips().Regions.ToArray();
        _random.Shuffle(regions);
        Regions = [.. regions.Take(_random.Next(MinRegions, MaxRegions + 1))];
        World = World.Of(Regions);
    }

    public World World { get; init; }

    public ImmutableArray<RegionId> Regions { get; }

    public Random Random => _random;

    /// <returns>Shares of the regions, which sum to 1; most have a little, one or two have much.</returns>
    public double[] Shares()
    {
        var weights = Regions.Select(_ => _random.Exponential(1)).ToArray(); // Exponential, so uniform on the simplex.
        var sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    /// <summary>Scales a rate so that its median hour has 300 operations, draws counts and splits them.</summary>
    /// <param name="activity">Expected relative demand by hour and region index, at least 0.</param>
    public DemandWindow Draw(int hours, Func<int, int, double> activity)
    {
        var scale = OperationsPerHour / Median(hours, activity);
        var reads = new double[hours * Regions.Length];
        var writes = new double[reads.Length];
        for (var i = 0; i < reads.Length; i++)
        {
            var mean = scale * activity(i / Regions.Length, i % Regions.Length);
            reads[i] = _random.Poisson(mean * (1 - WriteShare));
            writes[i] = _random.Poisson(mean * WriteShare);
        }

        return new DemandWindow(Regions.Length, reads, writes);
    }

    /// <returns>A workload of objects made one after the other.</returns>
    public Workload Make(string name, int objects, int warmUpHours, Func<int, DemandWindow> demand, bool isAdversarial = false) => new(
        name,
        _seed,
        World,
        [.. Enumerable.Range(0, objects).Select(i => new ObjectLoad($"o{i}", SizeGb, SiteSet.FirstOf(Regions.Length), demand(i)))],
        warmUpHours,
        isAdversarial);

    private double Median(int hours, Func<int, int, double> activity)
    {
        var totals = Enumerable.Range(0, hours).Select(hour => Enumerable.Range(0, Regions.Length).Sum(region => activity(hour, region))).Order().ToArray();
        return Math.Max(totals[hours / 2], totals[^1] / 100); // A load that is nearly always idle keeps its peak within bounds.
    }

    // FNV-1a: string.GetHashCode differs from process to process.
    private static int StableHash(string text)
    {
        var hash = 2_166_136_261u;
        foreach (var character in text)
        {
            hash = (hash ^ character) * 16_777_619u;
        }

        return (int)hash;
    }
}
