using Idp.Storage.Regions;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>Movers hold a session's lock over two transactions, so no pooler may stand before a store.</summary>
public sealed class PoolerTests(TwoRegions regions) : IClassFixture<TwoRegions>
{
    [Fact]
    public async Task FindObstacle_StoreBehindAPooler_NamesIt()
    {
        var token = TestContext.Current.CancellationToken;
        var direct = new NpgsqlConnectionStringBuilder(regions.ConnectionString(East));
        await using var pooler = new PoolerRelay(direct.Port);
        await using var pooled = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(direct.ConnectionString)
        {
            Host = "127.0.0.1", Port = pooler.Port, SslMode = SslMode.Disable, GssEncryptionMode = GssEncryptionMode.Disable, Pooling = false,
        });

        Assert.Contains("connection pooler", await new RegionStore(East, pooled).FindObstacleAsync(token), StringComparison.Ordinal);
        Assert.Null(await regions.Store(East).FindObstacleAsync(token));
    }
}
