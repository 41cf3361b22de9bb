using System.Collections.Immutable;
using Idp.Chaos.Ledger;

namespace Idp.Chaos.Checking;

/// <summary>Registers with unique values: linearizable or not, by zones (Gibbons and Korach), in n log n.</summary>
/// <remarks>
/// A write and its reads are a cluster. A cluster whose first end comes before its last start must hold the register in
/// between: no two such zones may overlap. A cluster that may stand at a single moment must have one outside of them.
/// </remarks>
internal static class RegisterChecker
{
    public static IEnumerable<Anomaly> Check(History history)
    {
        var clusters = new Dictionary<(int Key, long Value), Cluster>();
        foreach (var entry in history.Entries)
        {
            foreach (var step in entry.Steps.Where(step => step.Kind is StepKind.WriteRegister))
            {
                clusters.Add((step.Key, step.Value), new Cluster(entry) { FirstEnd = entry.KnownEnd, LastStart = entry.Start });
            }
        }

        foreach (var entry in history.All.Where(entry => entry.Outcome is Outcome.Ok && !entry.IsSession))
        {
            foreach (var step in entry.Steps.Where(step => step.Kind is StepKind.ReadRegister))
            {
                var key = (step.Key, step.Value);
                if (!clusters.TryGetValue(key, out var cluster))
                {
                    if (step.Value != 0)
                    {
                        yield return new Anomaly("invented-write", history.Where, $"nobody wrote what was read: {entry}");
                        continue;
                    }

                    clusters.Add(key, cluster = new Cluster(null) { FirstEnd = long.MinValue, LastStart = long.MinValue });
                }

                cluster.IsRead = true;
                if (entry.End < cluster.FirstEnd)
                {
                    (cluster.FirstEnd, cluster.Ender) = (entry.End, entry);
                }

                if (entry.Start > cluster.LastStart)
                {
                    (cluster.LastStart, cluster.Starter) = (entry.Start, entry);
                }

                if (cluster.Write is { Outcome: Outcome.Failed } failed)
                {
                    yield return new Anomaly("G1a", history.Where, $"read of a failed write: {entry} | {failed}");
                }
                else if (cluster.Write is { } write && entry.End < write.Start)
                {
                    yield return new Anomaly("future-read", history.Where, $"read before it was written: {entry} | {write}");
                }
            }
        }

        foreach (var register in clusters.GroupBy(cluster => cluster.Key.Key))
        {
            // A write that failed is nowhere; one whose answer was lost is somewhere only if it was seen.
            var counted = register.Select(pair => pair.Value)
                .Where(cluster => cluster.Write is null or { Outcome: Outcome.Ok } || (cluster.IsRead && cluster.Write is { Outcome: Outcome.Unknown }))
                .ToArray();
            foreach (var anomaly in CheckZones(history, register.Key, counted))
            {
                yield return anomaly;
            }
        }
    }

    private static IEnumerable<Anomaly> CheckZones(History history, int key, Cluster[] clusters)
    {
        var holding = clusters.Where(cluster => cluster.FirstEnd < cluster.LastStart).OrderBy(cluster => cluster.FirstEnd).ToArray();
        for (var index = 1; index < holding.Length; index++)
        {
            if (holding[index].FirstEnd < holding[index - 1].LastStart)
            {
                yield return new Anomaly("stale-read", history.Where, $"register {key} held two values at once: {holding[index - 1]} | {holding[index]}");
                yield break;
            }
        }

        foreach (var cluster in clusters.Where(cluster => cluster.FirstEnd >= cluster.LastStart))
        {
            // The last zone that begins before the cluster's latest start.
            var place = Array.BinarySearch(holding, cluster, Comparer<Cluster>.Create((zone, moment) => zone.FirstEnd.CompareTo(moment.LastStart)));
            var zone = (place < 0 ? ~place : place) - 1;
            if (zone >= 0 && cluster.FirstEnd < holding[zone].LastStart)
            {
                yield return new Anomaly("lost-update", history.Where, $"register {key} held one value throughout a write of another: {holding[zone]} | {cluster}");
                yield break;
            }
        }
    }

    private sealed class Cluster(LedgerEntry? write)
    {
        public LedgerEntry? Write { get; } = write;

        public required long FirstEnd { get; set; }

        public required long LastStart { get; set; }

        public LedgerEntry? Ender { get; set; } = write;

        public LedgerEntry? Starter { get; set; } = write;

        public bool IsRead { get; set; }

        public override string ToString() =>
            string.Join(" , ", new[] { Write, Ender, Starter }.OfType<LedgerEntry>().Distinct().Select(entry => entry.ToString()).DefaultIfEmpty("its first value"));
    }
}
