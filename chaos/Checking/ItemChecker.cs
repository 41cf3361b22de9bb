using System.Collections.Immutable;
using Idp.Chaos.Ledger;

namespace Idp.Chaos.Checking;

/// <summary>Rows that are deleted and inserted anew: none comes back, none vanishes, none is there twice.</summary>
internal static class ItemChecker
{
    public static IEnumerable<Anomaly> Check(History history)
    {
        var lives = new Dictionary<long, Life>();
        foreach (var (entry, step) in Steps(history, StepKind.InsertItem))
        {
            lives.Add(step.Value, new Life(step.Key, entry, entry.Outcome is Outcome.Failed || (entry.Outcome is Outcome.Ok && !step.HasEffect)));
        }

        foreach (var (entry, step) in Steps(history, StepKind.ReadItem).Concat(Steps(history, StepKind.DeleteItem)).Where(found => found.Entry.Outcome is Outcome.Ok && found.Step.Value != 0))
        {
            if (!lives.TryGetValue(step.Value, out var life) || life.Key != step.Key)
            {
                yield return new Anomaly("invented-write", history.Where, $"nobody inserted what was seen: {entry}");
                continue;
            }

            if (life.IsRefused)
            {
                yield return new Anomaly("G1a", history.Where, $"a row of a transaction without effect was seen: {entry} | {life.Insert}");
            }
            else if (entry.End < life.Insert.Start)
            {
                yield return new Anomaly("future-read", history.Where, $"seen before it was inserted: {entry} | {life.Insert}");
            }

            if (step.Kind is StepKind.ReadItem)
            {
                life.SeenBy(entry);
            }
            else if (life.Delete is { } earlier)
            {
                yield return new Anomaly("resurrected", history.Where, $"one row was deleted twice: {earlier} | {entry}");
            }
            else
            {
                life.Delete = entry;
            }
        }

        foreach (var life in lives.Values.Where(life => life.Delete is not null && life.LastSeen is not null))
        {
            if (life.LastSeen!.Start > life.Delete!.End)
            {
                yield return new Anomaly("resurrected", history.Where, $"seen after it was deleted: {life.LastSeen} | {life.Delete}");
            }
        }

        foreach (var anomaly in CheckPresence(history, lives.Values))
        {
            yield return anomaly;
        }
    }

    // While a row is certainly there, nobody may find none, nor insert another.
    private static IEnumerable<Anomaly> CheckPresence(History history, IEnumerable<Life> lives)
    {
        var absences = Steps(history, StepKind.ReadItem).Concat(Steps(history, StepKind.DeleteItem)).Concat(Steps(history, StepKind.InsertItem))
            .Where(found => found.Entry.Outcome is Outcome.Ok && (found.Step.Kind is StepKind.InsertItem ? found.Step.HasEffect : found.Step.Value == 0))
            .ToLookup(found => found.Step.Key);
        var lostDeletes = Steps(history, StepKind.DeleteItem).Where(found => found.Entry.Outcome is Outcome.Unknown)
            .GroupBy(found => found.Step.Key)
            .ToDictionary(deletes => deletes.Key, deletes => deletes.Min(found => found.Entry.Start));

        foreach (var item in lives.Where(life => !life.IsRefused).GroupBy(life => life.Key))
        {
            // A delete whose answer was lost may take any row from its start on.
            var trusted = lostDeletes.GetValueOrDefault(item.Key, LedgerEntry.Never);
            var certain = item
                .Select(life => (Life: life, From: life.CertainFrom, To: Math.Min(life.Delete?.Start ?? LedgerEntry.Never, trusted)))
                .Where(span => span.From < span.To)
                .OrderBy(span => span.From)
                .ToArray();
            for (var index = 1; index < certain.Length; index++)
            {
                if (certain[index].From < certain[index - 1].To)
                {
                    yield return new Anomaly("doubled-write", history.Where, $"two rows of one key at once: {certain[index - 1].Life.Insert} | {certain[index].Life.Insert}");
                    break;
                }
            }

            long[] starts = [.. certain.Select(span => span.From)];
            foreach (var (entry, _) in absences[item.Key])
            {
                var place = Array.BinarySearch(starts, entry.Start);
                var span = place < 0 ? ~place - 1 : place - 1;
                if (span >= 0 && entry.End < certain[span].To)
                {
                    yield return new Anomaly("lost-write", history.Where, $"a row was not there: {entry} | {certain[span].Life.Insert}");
                }
            }
        }
    }

    private static IEnumerable<(LedgerEntry Entry, Step Step)> Steps(History history, StepKind kind) =>
        from entry in history.All
        from step in entry.Steps
        where step.Kind == kind
        select (entry, step);

    private sealed class Life(int key, LedgerEntry insert, bool isRefused)
    {
        public int Key => key;

        public LedgerEntry Insert => insert;

        public bool IsRefused => isRefused;

        public LedgerEntry? Delete { get; set; }

        public LedgerEntry? LastSeen { get; private set; }

        /// <summary>From here on it is there, until somebody deletes it.</summary>
        public long CertainFrom { get; private set; } = insert.KnownEnd;

        public void SeenBy(LedgerEntry entry)
        {
            LastSeen = LastSeen is null || entry.Start > LastSeen.Start ? entry : LastSeen;
            CertainFrom = Math.Min(CertainFrom, entry.End);
        }
    }
}
