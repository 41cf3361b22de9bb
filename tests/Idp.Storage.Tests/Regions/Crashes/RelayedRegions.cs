using System.Collections.Immutable;
using Idp.Core;
using Idp.Storage.Regions;
using Npgsql;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions.Crashes;

/// <summary>Both stores as a mover sees them that will crash.</summary>
internal sealed class RelayedRegions : IAsyncDisposable
{
    private readonly TwoRegions _regions;
    private readonly RegionStores _stores;

    public RelayedRegions(TwoRegions regions)
    {
        _regions = regions;
        RegionId[] all = [East, West];
        Relay = new CrashRelay(all.Select(region => new NpgsqlConnectionStringBuilder(regions.ConnectionString(region)).Port));
        _stores = new RegionStores([.. all.Zip(Relay.Ports, Endpoint)]);
    }

    public CrashRelay Relay { get; }

    /// <summary>The driver asks a new server for its types; that is no step of a move, so it is done before the relay counts.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        foreach (var region in new[] { East, West })
        {
            await Store(region).ReadAsync(new ObjectId(Users, "none"), cancellationToken);
        }
    }

    public RegionStore Store(RegionId region) => _stores.Get(region, region);

    public async ValueTask DisposeAsync()
    {
        await _stores.DisposeAsync();
        await Relay.DisposeAsync();
    }

    private RegionEndpoint Endpoint(RegionId region, int port) => new(
        new Region(region, "X", new RegionPrices(0.08m, 0.02m, 0.05m)),
        new NpgsqlConnectionStringBuilder(_regions.ConnectionString(region)) { Host = "127.0.0.1", Port = port, SslMode = SslMode.Disable }.ConnectionString,
        ImmutableDictionary<RegionId, string>.Empty);
}
