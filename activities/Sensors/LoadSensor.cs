using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Net.Sockets;
using Idp.Core;
using Idp.Core.Telemetry;
using Idp.Storage;
using Idp.Storage.Regions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Idp.Activities.Sensors;

/// <summary>Looks at how busy each region's server is (docs/decisions/0030). What cannot be measured stays unknown; it is never taken for idle.</summary>
internal sealed partial class LoadSensor
{
    private const int LeastPart = 2; // Half of the looks; a server that is too busy to answer in time answers some.

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(3); // Another worker may measure the next minute.

    private readonly RegionStores _stores;
    private readonly LoadLog _log;
    private readonly LoadOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<LoadSensor> _logger;
    private readonly ConcurrentDictionary<RegionId, LoadMinute> _last = new();

    public LoadSensor(RegionStores stores, LoadLog log, IOptions<LoadOptions> options, IMeterFactory meters, TimeProvider clock, ILogger<LoadSensor> logger)
    {
        (_stores, _log, _options, _clock, _logger) = (stores, log, options.Value, clock, logger);
#pragma warning disable CA2000 // The factory owns its meters.
        var meter = meters.Create("Idp.Plane");
#pragma warning restore CA2000
        meter.CreateObservableGauge(
            "idp.region.sessions", () => Last(minute => minute.Sessions), unit: "{session}", description: "Average active sessions of a region's server.");
        meter.CreateObservableGauge(
            "idp.region.sessions.running", () => Last(minute => minute.Running), unit: "{session}", description: "Those of them that wait for nothing.");
        meter.CreateObservableGauge(
            "idp.region.connections", () => Last(minute => minute.Connections), unit: "{connection}", description: "Connections of clients to a region's server.");
        meter.CreateObservableGauge(
            "idp.region.transactions", () => Last(minute => minute.TransactionsPerSecond), unit: "{transaction}/s", description: "Transactions that end on a region's server.");
    }

    /// <summary>Measures all regions at once, for some seconds, and writes this minute of those that could be measured.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!_options.IsEnabled)
        {
            return;
        }

        var minute = TelemetryBatch.MinuteOf(_clock.GetUtcNow());
        var measured = await Task.WhenAll(_stores.Endpoints.Select(endpoint => MeasureAsync(endpoint.Region.Id, minute, cancellationToken)));
        ImmutableArray<LoadMinute> known = [.. measured.OfType<LoadMinute>()];
        await _log.AddAsync(known, cancellationToken);
        foreach (var load in known)
        {
            _last[load.Region] = load;
        }
    }

    private async Task<LoadMinute?> MeasureAsync(RegionId region, DateTimeOffset minute, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter((_options.Samples * _options.Every) + Patience);
        var samples = ImmutableArray.CreateBuilder<LoadSample>(_options.Samples);
        try
        {
            await foreach (var sample in _stores.Get(region, region).SampleLoadAsync(_options.Samples, _options.Every, limit.Token))
            {
                samples.Add(sample);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogSilent(region.Value, $"{samples.Count} of {_options.Samples} answers came in time");
        }
        catch (Exception silent) when (silent is NpgsqlException or TimeoutException or SocketException or InvalidOperationException && !cancellationToken.IsCancellationRequested)
        {
            LogSilent(region.Value, silent.Message);
            return null; // A server that stopped meanwhile was not that idle.
        }

        return samples.Count * LeastPart >= _options.Samples ? LoadMinute.Of(region, minute, samples.ToImmutable()) : null;
    }

    private IEnumerable<Measurement<double>> Last(Func<LoadMinute, double?> value) =>
        from load in _last.Values
        where _clock.GetUtcNow() - load.Minute < Fresh
        let known = value(load)
        where known is not null
        select new Measurement<double>(known.Value, new KeyValuePair<string, object?>("idp.region", load.Region.Value));

    [LoggerMessage(LogLevel.Warning, "The load of {Region} is unknown for this minute: {Reason}")]
    private partial void LogSilent(string region, string reason);
}
