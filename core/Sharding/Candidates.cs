namespace Idp.Core.Sharding;

/// <summary>Items whose second-best choice costs little more: what limits are kept with, cheaply.</summary>
internal static class Candidates
{
    private const int DroppedBits = 19; // Sixteen buckets to a doubling.

    /// <returns>So many items with the least margin relative to their cost, in ascending order.</returns>
    public static int[] Select(PricingPass pass, int count)
    {
        var items = pass.Usd.Length;
        if (items <= count)
        {
            return [.. Enumerable.Range(0, items)];
        }

        var buckets = new int[1 << (32 - DroppedBits)];
        for (var item = 0; item < items; item++)
        {
            buckets[BucketOf(pass, item)]++;
        }

        var (last, before) = (0, 0);
        while (before + buckets[last] < count)
        {
            before += buckets[last++];
        }

        var (chosen, fromLast) = (new List<int>(count), count - before);
        for (var item = 0; item < items; item++)
        {
            var bucket = BucketOf(pass, item);
            if (bucket < last || (bucket == last && fromLast-- > 0))
            {
                chosen.Add(item);
            }
        }

        return [.. chosen];
    }

    // Bits of a float that is not negative order as it does; infinity, for items without a second choice, comes last.
    private static uint BucketOf(PricingPass pass, int item)
    {
        var margin = pass.Usd[item] > 0 ? pass.Margins[item] / (float)pass.Usd[item] : float.PositiveInfinity;
        return BitConverter.SingleToUInt32Bits(margin) >> DroppedBits;
    }
}
