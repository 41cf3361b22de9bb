using System.Collections.Immutable;
using System.Globalization;
using Idp.Core.Telemetry;

namespace Idp.Core.Controllers.Consistency;

/// <summary>Finds in a period's accesses what tells strong operations from tolerant ones. Pure.</summary>
/// <param name="freshness">How long a replica may miss a write: its lag's P99 with a margin.</param>
/// <param name="raceWindow">How long after a read its session's write still builds on it.</param>
public sealed class AccessPatternDetector(TimeSpan freshness, TimeSpan raceWindow)
{
    private const int MaxEntries = 64; // An object written by more sessions at once is contended whatever the rest do.

    /// <param name="trails">What the previous period handed on; empty at first.</param>
    /// <param name="events">In the order of their times; equal times in the order given.</param>
    public EvidenceReport Observe(IEnumerable<ObjectTrail> trails, IEnumerable<OperationEvent> events)
    {
        var tallies = new SortedDictionary<(string Dataset, string Operation), Tally>(Comparer<(string, string)>.Create(CompareOrdinal));
        var past = trails.ToDictionary(trail => trail.Object, trail => new Trail([.. trail.Writes], [.. trail.Reads]));
        var last = past.Values.SelectMany(trail => trail.Writes.Concat(trail.Reads)).Select(entry => entry.At).DefaultIfEmpty().Max();
        foreach (var now in events)
        {
            last = now.At;
            if (!past.TryGetValue(now.Object, out var trail))
            {
                past.Add(now.Object, trail = new Trail([], []));
            }

            trail.Forget(now.At - freshness, now.At - raceWindow);
            var tally = TallyOf(now.Object.Dataset, now.Operation);
            if (now.IsWrite)
            {
                OnWrite(now, trail, tally, operation => TallyOf(now.Object.Dataset, operation));
            }
            else
            {
                OnRead(now, trail, tally);
            }
        }

        return new EvidenceReport([.. tallies.Select(entry => entry.Value.ToEvidence(entry.Key.Dataset, entry.Key.Operation))], Remember(past, last));

        Tally TallyOf(DatasetId dataset, string operation)
        {
            if (!tallies.TryGetValue((dataset.Value, operation), out var found))
            {
                tallies.Add((dataset.Value, operation), found = new Tally());
            }

            return found;
        }
    }

    private static void OnRead(OperationEvent now, Trail trail, Tally tally)
    {
        tally.Reads++;
        if (trail.LatestForeign(now.Session) is { } foreign)
        {
            tally.ForeignFreshReads++;
            tally.Example ??= Say(now, "read", foreign);
        }

        if (trail.Writes.Exists(write => write.Session == now.Session))
        {
            tally.OwnFreshReads++;
        }

        Add(trail.Reads, now);
    }

    private static void OnWrite(OperationEvent now, Trail trail, Tally tally, Func<string, Tally> tallyOf)
    {
        tally.Writes++;
        if (trail.LatestForeign(now.Session) is { } foreign)
        {
            tally.ConflictingWrites++;
            tally.Example ??= Say(now, "wrote", foreign);
            foreach (var read in trail.Reads.Where(read => read.Session == now.Session))
            {
                tallyOf(read.Operation).RacedReads++;
            }
        }

        // Each read is built on once, and only the latest write of a session can be in flight.
        trail.Reads.RemoveAll(read => read.Session == now.Session);
        trail.Writes.RemoveAll(write => write.Session == now.Session);
        Add(trail.Writes, now);
    }

    private static void Add(List<TrailEntry> entries, OperationEvent now)
    {
        if (entries.Count == MaxEntries)
        {
            entries.RemoveAt(0);
        }

        entries.Add(new TrailEntry(now.At, now.Session, now.Operation));
    }

    private static string Say(OperationEvent now, string verb, TrailEntry foreign) => string.Create(
        CultureInfo.InvariantCulture,
        $"session {now.Session} {verb} {now.Object} {(now.At - foreign.At).TotalMilliseconds:0} ms after session {foreign.Session} wrote it by {foreign.Operation}");

    private ImmutableArray<ObjectTrail> Remember(Dictionary<ObjectId, Trail> past, DateTimeOffset last)
    {
        var trails = new List<ObjectTrail>();
        foreach (var (name, trail) in past)
        {
            trail.Forget(last - freshness, last - raceWindow);
            if (trail.Writes.Count + trail.Reads.Count > 0)
            {
                trails.Add(new ObjectTrail(name, [.. trail.Writes], [.. trail.Reads]));
            }
        }

        return [.. trails.OrderBy(trail => trail.Object.ToString(), StringComparer.Ordinal)];
    }

    private static int CompareOrdinal((string Dataset, string Operation) a, (string Dataset, string Operation) b) =>
        string.CompareOrdinal(a.Dataset, b.Dataset) is var order and not 0 ? order : string.CompareOrdinal(a.Operation, b.Operation);

    private sealed record Trail(List<TrailEntry> Writes, List<TrailEntry> Reads)
    {
        public TrailEntry? LatestForeign(string session) => Writes.FindLast(write => write.Session != session);

        public void Forget(DateTimeOffset writesBefore, DateTimeOffset readsBefore)
        {
            Writes.RemoveAll(write => write.At < writesBefore);
            Reads.RemoveAll(read => read.At < readsBefore);
        }
    }

    private sealed class Tally
    {
        public long Reads { get; set; }

        public long Writes { get; set; }

        public long ForeignFreshReads { get; set; }

        public long OwnFreshReads { get; set; }

        public long RacedReads { get; set; }

        public long ConflictingWrites { get; set; }

        public string? Example { get; set; }

        public OperationEvidence ToEvidence(string dataset, string operation) => new(
            DatasetId.Parse(dataset), operation, Reads, Writes, ForeignFreshReads, OwnFreshReads, RacedReads, ConflictingWrites, Example);
    }
}
