using System.Collections.Concurrent;
using System.Collections.Immutable;
using Idp.Core;
using Npgsql;

namespace Idp.Storage.Regions;

/// <summary>Pools of connections to every region's store, as seen from any region.</summary>
public sealed class RegionStores(ImmutableArray<RegionEndpoint> endpoints) : IAsyncDisposable
{
    // What a row looks like as text must not depend on a server's or role's defaults.
    private const string PinnedSettings =
        "-c DateStyle=ISO,YMD -c IntervalStyle=postgres -c TimeZone=UTC -c extra_float_digits=3 -c bytea_output=hex " +
        "-c standard_conforming_strings=on -c row_security=off -c lc_monetary=C " +
        // Compiling a question to the catalog takes ten times as long as answering it, also within a freeze.
        "-c jit=off " +
        // What a target has acknowledged may be deleted from the source's log.
        "-c synchronous_commit=on " +
        // A mover that is stopped between two statements must not keep its locks for ever.
        "-c idle_in_transaction_session_timeout=300000";

    private const int CopyBufferBytes = 64 << 10;

    private readonly ImmutableDictionary<RegionId, RegionEndpoint> _endpoints = endpoints.ToImmutableDictionary(endpoint => endpoint.Region.Id);
    private readonly ConcurrentDictionary<(RegionId Store, RegionId From), Lazy<RegionStore>> _stores = new();
    private readonly ConcurrentDictionary<RegionId, CopyThrottle> _throttles = new();

    public IEnumerable<RegionEndpoint> Endpoints => _endpoints.Values.OrderBy(endpoint => endpoint.Region.Id.Value, StringComparer.Ordinal);

    /// <summary>The store of a region, dialled from a region.</summary>
    /// <exception cref="KeyNotFoundException">The region is not in the regions file.</exception>
    public RegionStore Get(RegionId store, RegionId from) =>
        _stores.GetOrAdd((store, from), pair => new Lazy<RegionStore>(() => Open(pair.Store, pair.From))).Value;

    /// <summary>The connection string that a caller in <paramref name="from"/> uses for a region's store.</summary>
    public string ConnectionString(RegionId store, RegionId from)
    {
        var endpoint = _endpoints.GetValueOrDefault(store)
            ?? throw new KeyNotFoundException($"Region '{store}' is not configured; configured are {string.Join(", ", _endpoints.Keys)}.");
        var builder = new NpgsqlConnectionStringBuilder(endpoint.ConnectionString);
        if (endpoint.Links?.TryGetValue(from, out var link) is true)
        {
            var colon = link.LastIndexOf(':');
            builder.Host = link[..colon];
            builder.Port = int.Parse(link[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        }

        return builder.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores.Values.Where(store => store.IsValueCreated))
        {
            await store.Value.Data.DisposeAsync();
        }
    }

    private RegionStore Open(RegionId store, RegionId from)
    {
        var builder = new NpgsqlDataSourceBuilder(ConnectionString(store, from));
        builder.ConnectionStringBuilder.ApplicationName = "idp-mover";
        builder.ConnectionStringBuilder.Options = PinnedSettings;
        builder.ConnectionStringBuilder.MaxPoolSize = 64; // Two batches of 32 members on one route; idle ones are closed again.
        builder.ConnectionStringBuilder.MaxAutoPrepare = 0; // Statements name tables; plans must not outlive a schema.

        // Rows come and go in pieces of a buffer; the default is smaller than some rows.
        builder.ConnectionStringBuilder.ReadBufferSize = CopyBufferBytes;
        builder.ConnectionStringBuilder.WriteBufferSize = CopyBufferBytes;
        return new RegionStore(store, builder.Build(), _throttles.GetOrAdd(store, static _ => new CopyThrottle(TimeProvider.System)));
    }
}
