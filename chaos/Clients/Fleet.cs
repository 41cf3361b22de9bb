using System.Collections.Immutable;
using Idp.Chaos.Ledger;
using Idp.Chaos.World;
using Idp.Client;
using Idp.Core;
using Npgsql;

namespace Idp.Chaos.Clients;

/// <summary>The applications' data sources: for each region and isolation level one that follows the control plane, and one that never hears of it.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly List<NpgsqlDataSource> _pools = [];
    private readonly Dictionary<(RegionId Caller, Isolation Level, bool IsStale), IdpDataSource> _sources = [];

    private Fleet()
    {
    }

    public IdpDataSource this[RegionId caller, Isolation level, bool isStale] => _sources[(caller, level, isStale)];

    public static async Task<Fleet> OpenAsync(ChaosWorld world, int seed, CancellationToken cancellationToken)
    {
        var fleet = new Fleet();
        var first = new RoutingDocument(
            1,
            IsComplete: true,
            [.. world.Keys.Concat(world.Bystanders).Select(key => new RoutingEntry(new ObjectId(Tables.Dataset, key), ChaosWorld.Birth, 1))],
            [new BirthRegion(Tables.Dataset, ChaosWorld.Birth)]);
        foreach (var caller in ChaosWorld.Regions)
        {
            foreach (var level in Enum.GetValues<Isolation>())
            {
                var pools = ChaosWorld.Regions.ToImmutableDictionary(store => store, store => NpgsqlDataSource.Create(world.ConnectionString(store, caller, level)));
                fleet._pools.AddRange(pools.Values);
                foreach (var isStale in new[] { false, true })
                {
                    var builder = new IdpDataSourceBuilder(caller) { Random = new Random(seed) };
                    builder.Retry.MaxTime = TimeSpan.FromSeconds(8);
                    if (!isStale)
                    {
                        builder.Routing.ControlPlane = world.ApiAddress;
                        builder.Routing.Token = world.ApiToken;
                    }

                    foreach (var (store, pool) in pools)
                    {
                        builder.AddRegion(store, pool);
                    }

                    var source = builder.Build();
                    if (isStale)
                    {
                        source.ApplyRoutes(first);
                    }

                    fleet._sources.Add((caller, level, isStale), source);
                }
            }
        }

        await Task.WhenAll(fleet._sources.Values.Select(source => source.WaitForRoutesAsync(cancellationToken)));
        return fleet;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_sources.Values.Select(source => source.DisposeAsync().AsTask()));
        await Task.WhenAll(_pools.Select(pool => pool.DisposeAsync().AsTask()));
    }
}
