using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Idp.Client;

/// <summary>Collects what an <see cref="IdpDataSource"/> needs.</summary>
/// <param name="callerRegion">The region that this process runs in; demand is reported for it.</param>
public sealed class IdpDataSourceBuilder(RegionId callerRegion)
{
    private readonly Dictionary<RegionId, (NpgsqlDataSource Store, bool IsOwned)> _stores = [];
    private readonly List<string> _errors = [];

    public RegionId CallerRegion { get; } = callerRegion;

    public RoutingOptions Routing { get; } = new();

    public RetryOptions Retry { get; } = new();

    public TelemetryOptions Telemetry { get; } = new();

    /// <summary>Drives delays and time-outs.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Spreads retries.</summary>
    public Random Random { get; set; } = new();

    public ILoggerFactory? LoggerFactory { get; set; }

    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>Adds a region's store by Npgsql connection string; pooling, TLS and preparation are as it says.</summary>
    public IdpDataSourceBuilder AddRegion(RegionId region, string connectionString)
    {
        try
        {
            return Add(region, NpgsqlDataSource.Create(connectionString), isOwned: true);
        }
        catch (ArgumentException invalid)
        {
            _errors.Add($"Connection string of region '{region}': {invalid.Message}");
            return this;
        }
    }

    /// <summary>Adds a region's store as the application built it; it stays the application's to dispose.</summary>
    public IdpDataSourceBuilder AddRegion(RegionId region, NpgsqlDataSource store) => Add(region, store, isOwned: false);

    /// <summary>Reads the cached routes and starts the background work. Connects to no store and waits for nothing.</summary>
    /// <exception cref="ArgumentException">The configuration is wrong; the message has all errors.</exception>
    public IdpDataSource Build()
    {
        string[] errors =
        [
            .. _errors,
            .. _stores.Count == 0 ? ["No region has a store; call AddRegion."] : Array.Empty<string>(),
            .. Routing.Errors(),
            .. Retry.Errors(),
            .. Telemetry.Errors(),
        ];
        return errors.Length == 0
            ? new IdpDataSource(this, _stores)
            : throw new ArgumentException(string.Join(Environment.NewLine, errors));
    }

    private IdpDataSourceBuilder Add(RegionId region, NpgsqlDataSource store, bool isOwned)
    {
        if (!_stores.TryAdd(region, (store, isOwned)))
        {
            _errors.Add($"Region '{region}' was added twice.");
        }

        return this;
    }
}
