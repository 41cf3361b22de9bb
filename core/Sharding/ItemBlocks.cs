namespace Idp.Core.Sharding;

/// <summary>The numbers of all items in blocks of eight lanes, in chunks that one thread works on.</summary>
internal sealed class ItemBlocks
{
    /// <summary>Fixed, so that sums are formed in the same order with any number of threads.</summary>
    public const int ItemsPerChunk = 1_024;

    private readonly double[][] _chunks;

    public ItemBlocks(ItemLayout layout, int count)
    {
        Layout = layout;
        Count = count;
        _chunks = new double[(count + ItemsPerChunk - 1) / ItemsPerChunk][];
        for (var chunk = 0; chunk < _chunks.Length; chunk++)
        {
            var blocks = (ItemsIn(chunk) + ItemLayout.Lanes - 1) / ItemLayout.Lanes;
            _chunks[chunk] = new double[blocks * layout.BlockLength];
        }
    }

    public ItemLayout Layout { get; }

    public int Count { get; }

    public int ChunkCount => _chunks.Length;

    public int ItemsIn(int chunk) => Math.Min(ItemsPerChunk, Count - (chunk * ItemsPerChunk));

    /// <returns>The block with the item in it; its lane is the item's number modulo eight.</returns>
    public Span<double> BlockOf(int item)
    {
        var block = item % ItemsPerChunk / ItemLayout.Lanes;
        return _chunks[item / ItemsPerChunk].AsSpan(block * Layout.BlockLength, Layout.BlockLength);
    }

    /// <returns>Some of the items, each counted so many times over.</returns>
    public ItemBlocks Sample(ReadOnlySpan<int> items, ReadOnlySpan<double> multiplicities)
    {
        var sample = new ItemBlocks(Layout, items.Length);
        for (var at = 0; at < items.Length; at++)
        {
            var source = BlockOf(items[at]);
            var target = sample.BlockOf(at);
            var (from, to) = (items[at] % ItemLayout.Lanes, at % ItemLayout.Lanes);
            for (var number = 0; number < Layout.Width; number++)
            {
                var factor = number < Layout.AdditiveWidth ? multiplicities[at] : 1;
                target[(number * ItemLayout.Lanes) + to] = source[(number * ItemLayout.Lanes) + from] * factor;
            }
        }

        return sample;
    }
}
