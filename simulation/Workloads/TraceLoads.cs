using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Planning;
using Idp.Simulation.Traces;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.Workloads;

/// <summary>The real trace of a team around the world, replayed by folder and by user, as it is and thirty times as busy.</summary>
/// <remarks>
/// A seed is a window of the trace: six weeks in which three objects are replayed, drawn with their accesses as weights, so that busy ones are
/// neither left out nor all there is. An access is one write and nine reads; objects have 0.1 GB. Tuning takes windows before
/// <see cref="TuningUntil"/>, scoring those after it.
/// </remarks>
public static class TraceLoads
{
    /// <value>Seeds from this on stand for the part of the trace that is set aside for tuning.</value>
    public const int FirstTuningSeed = 10_000;

    /// <value>Where the two parts of the trace meet.</value>
    public static readonly DateTimeOffset TuningUntil = new(2017, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const int WindowHours = 6 * 168;
    private const int WarmUpHours = 2 * 168;
    private const int ReadsPerWrite = 9;
    private const int Objects = 3;
    private const double SizeGb = 0.1;

    private static readonly Lazy<ImmutableArray<Access>> Trace = new(ReadTrace);

    /// <value>Two keys, each at two volumes.</value>
    public static ImmutableArray<WorkloadFamily> All { get; } =
    [
        new("trace by user", seed => Make("trace by user", PlacementKey.User, 1, seed)),
        new("trace by folder", seed => Make("trace by folder", PlacementKey.Object, 1, seed)),
        new("trace by user × 30", seed => Make("trace by user × 30", PlacementKey.User, 30, seed)),
        new("trace by folder × 30", seed => Make("trace by folder × 30", PlacementKey.Object, 30, seed)),
    ];

    private static Workload Make(string name, PlacementKey key, int volume, int seed)
    {
        var random = new Random(seed);
        var world = World.Of(SampleData.RoundTrips().Regions);
        var (from, accesses) = Window(random, seed >= FirstTuningSeed);
        var chosen = Choose(random, accesses, key, from + TimeSpan.FromHours(WarmUpHours));
        return new Workload(
            name,
            seed,
            world,
            [.. chosen.Select(id => new ObjectLoad(id, SizeGb, SiteSet.FirstOf(world.Regions), Demand(world, from, accesses.Where(access => key.Of(access) == id), volume)))],
            WarmUpHours);
    }

    private static (DateTimeOffset From, ImmutableArray<Access> Accesses) Window(Random random, bool isForTuning)
    {
        var trace = Trace.Value;
        var (first, last) = isForTuning ? (trace[0].At, TuningUntil) : (TuningUntil, trace[^1].At);
        var days = (int)((last - first).TotalDays - (WindowHours / 24.0));
        var from = new DateTimeOffset(first.Date, TimeSpan.Zero).AddDays(1 + random.Next(days - 1));
        from = from.AddDays(-(((int)from.DayOfWeek + 6) % 7)); // Hour 0 is a Monday's midnight.
        from = from < first ? from.AddDays(7) : from;
        return (from, new TraceWindow(from, from.AddHours(WindowHours)).Of(trace));
    }

    // With accesses as weights and without repeating; by what the warm-up shows, as an operator would have known it.
    private static List<string> Choose(Random random, ImmutableArray<Access> accesses, PlacementKey key, DateTimeOffset scoredFrom)
    {
        var known = accesses.Where(access => access.At < scoredFrom).Select(access => key.Of(access)).ToList();
        var chosen = new List<string>();
        while (chosen.Count < Objects && known.Count > 0)
        {
            var id = known[random.Next(known.Count)];
            chosen.Add(id);
            known.RemoveAll(other => other == id);
        }

        return chosen;
    }

    private static DemandWindow Demand(World world, DateTimeOffset from, IEnumerable<Access> accesses, int volume)
    {
        var regions = world.Costs.Regions;
        var writes = new double[WindowHours * regions.Length];
        foreach (var access in accesses)
        {
            writes[((int)(access.At - from).TotalHours * regions.Length) + regions.IndexOf(access.Region)] += volume;
        }

        return new DemandWindow(regions.Length, writes.Select(count => count * ReadsPerWrite).ToArray(), writes);
    }

    private static ImmutableArray<Access> ReadTrace()
    {
        using var csv = SampleData.OpenTrace();
        return [.. new TraceReader(SampleData.RoundTrips().Regions).Read(csv)];
    }
}
