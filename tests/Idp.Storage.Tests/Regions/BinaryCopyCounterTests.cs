using Idp.Storage.Regions;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

public sealed class BinaryCopyCounterTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(537)]
    public async Task Add_PiecesOfAnySize_CountsTheRows(int rows)
    {
        var token = TestContext.Current.CancellationToken;
        await using var connection = await regions.Store(East).Data.OpenConnectionAsync(token);
        await using var copy = await connection.BeginRawBinaryCopyAsync(
            $"COPY (SELECT i, NULL::text, repeat('x', i), '' FROM generate_series(1, {rows}) i) TO STDOUT (FORMAT binary)", token);
        using var all = new MemoryStream();
        await copy.CopyToAsync(all, token);
        var bytes = all.ToArray();

        foreach (var size in new[] { 1, 2, 3, 7, 64, 4_096, int.MaxValue })
        {
            var counter = new BinaryCopyCounter();
            for (var at = 0L; at < all.Length; at += size)
            {
                counter.Add(bytes.AsSpan((int)at, (int)Math.Min(size, all.Length - at)));
            }

            Assert.Equal(rows, counter.RowCount);
        }
    }
}
