using Idp.Chaos.Ledger;

namespace Idp.Chaos.Checking;

/// <summary>Whether an order of transactions agrees with the clock: what ended before another began stands before it.</summary>
internal static class RealTime
{
    /// <param name="order">Places and transactions; equal places have no order among themselves. Sorted here.</param>
    /// <returns>A transaction and one that stands before it although it began after its end; null when there is none.</returns>
    public static (LedgerEntry Late, LedgerEntry Early)? FindViolation(List<(int Place, LedgerEntry Entry)> order)
    {
        order.Sort((left, right) => left.Place.CompareTo(right.Place));
        LedgerEntry? latest = null;
        for (var index = 0; index < order.Count;)
        {
            var place = order[index].Place;
            var end = index;
            for (; end < order.Count && order[end].Place == place; end++)
            {
                if (latest is not null && order[end].Entry.KnownEnd < latest.Start)
                {
                    return (order[end].Entry, latest);
                }
            }

            for (; index < end; index++)
            {
                latest = latest is null || order[index].Entry.Start > latest.Start ? order[index].Entry : latest;
            }
        }

        return null;
    }
}
