using Idp.Core.Planning;

namespace Idp.Simulation.ClosedLoop;

/// <summary>Remembers what happened to one object, for limits per day and for reversals.</summary>
internal sealed class ChangeLedger(int regions)
{
    private const int Day = 24;

    private readonly int[] _droppedAt = Never(regions);
    private readonly int[] _leftAt = Never(regions);
    private readonly Queue<int> _copies = [];
    private readonly Queue<int> _handOvers = [];

    /// <returns>Counts with this change added.</returns>
    public ChangeCounts Add(int hour, Layout from, Layout to, ChangeCounts counts)
    {
        var reversals = 0;
        foreach (var site in to.Sites.Except(from.Sites).ToIndices())
        {
            _copies.Enqueue(hour);
            reversals += hour - _droppedAt[site] <= Day ? 1 : 0;
        }

        foreach (var site in from.Sites.Except(to.Sites).ToIndices())
        {
            _droppedAt[site] = hour;
        }

        if (from.Primary != to.Primary)
        {
            _handOvers.Enqueue(hour);
            reversals += hour - _leftAt[to.Primary] <= Day ? 1 : 0;
            _leftAt[from.Primary] = hour;
        }

        return counts with
        {
            Copies = counts.Copies + from.CopiesTo(to),
            HandOvers = counts.HandOvers + (from.Primary == to.Primary ? 0 : 1),
            Reversals = counts.Reversals + reversals,
            MostCopiesInADay = Math.Max(counts.MostCopiesInADay, Within(_copies, hour)),
            MostHandOversInADay = Math.Max(counts.MostHandOversInADay, Within(_handOvers, hour)),
        };
    }

    private static int Within(Queue<int> hours, int now)
    {
        while (hours.TryPeek(out var oldest) && oldest <= now - Day)
        {
            hours.Dequeue();
        }

        return hours.Count;
    }

    private static int[] Never(int regions) => [.. Enumerable.Repeat(int.MinValue / 2, regions)];
}
