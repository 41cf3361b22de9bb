using System.Diagnostics;
using System.Globalization;
using Idp.Client;
using Idp.Core;

namespace Idp.Bench.Movement;

/// <summary>Finding the region of one of 100,000 objects: nanoseconds and bytes allocated.</summary>
internal static class RouteLookup
{
    private const int Objects = 100_000;
    private const int Lookups = 5_000_000;
    private const int Rounds = 5;

    public static async Task AddAsync(Dictionary<string, double> figures)
    {
        var region = RegionId.Parse("here");
        var dataset = DatasetId.Parse("items");
        ObjectId[] ids = [.. Enumerable.Range(0, Objects).Select(number => new ObjectId(dataset, string.Create(CultureInfo.InvariantCulture, $"eu-{number}")))];
        await using var source = new IdpDataSourceBuilder(region).AddRegion(region, "Host=127.0.0.1;Port=1").Build();
        source.ApplyRoutes(new RoutingDocument(1, IsComplete: true, [.. ids.Select(id => new RoutingEntry(id, region, 1))], [new BirthRegion(dataset, region)]));

        // A walk with a stride: neighbours in the list are not neighbours in time.
        const int Stride = 7_919;
        var best = double.MaxValue;
        var allocated = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            var place = 0;
            long epochs = 0;
            for (var lookup = 0; lookup < Lookups; lookup++)
            {
                epochs += source.FindRoute(ids[place]).OwnerEpoch;
                place = (place + Stride) % Objects;
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / Lookups);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (epochs != Lookups)
            {
                throw new InvalidOperationException($"{Lookups - epochs} routes were not found.");
            }
        }

        figures["routeLookupNs"] = best;
        figures["routeLookupBytes"] = allocated / (double)Lookups;
    }
}
