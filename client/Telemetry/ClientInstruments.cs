using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idp.Client;

/// <summary>Traces, metrics and logs of one data source, all named <c>Idp.Client</c>. Npgsql's own stay as they are.</summary>
internal sealed class ClientInstruments : IDisposable
{
    private const string Name = "Idp.Client";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Action<ILogger, string, Exception?> CacheDamaged = LoggerMessage.Define<string>(
        LogLevel.Warning, new EventId(1, "RoutingCacheDamaged"), "The routing cache is ignored: {Reason}");
    private static readonly Action<ILogger, string, Exception?> CacheUnwritable = LoggerMessage.Define<string>(
        LogLevel.Warning, new EventId(2, "RoutingCacheNotSaved"), "The routing cache was not saved: {Reason}");
    private static readonly Action<ILogger, string, Exception?> Unreachable = LoggerMessage.Define<string>(
        LogLevel.Information, new EventId(3, "ControlPlaneUnreachable"), "The control plane gave no routes, the last known ones serve: {Reason}");
    private static readonly Action<ILogger, string, Exception?> Undelivered = LoggerMessage.Define<string>(
        LogLevel.Information, new EventId(4, "TelemetryNotDelivered"), "Telemetry was not delivered and is kept: {Reason}");
    private static readonly Action<ILogger, ObjectId, string, Exception?> NotThawed = LoggerMessage.Define<ObjectId, string>(
        LogLevel.Information, new EventId(5, "ThawFailed"), "Thawing {Object} failed: {Reason}");

    private readonly Meter _meter;
    private readonly bool _ownsMeter;
    private readonly ILogger _logger;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _heals;
    private readonly Counter<long> _dropped;

    public ClientInstruments(IMeterFactory? meters, ILoggerFactory? loggers)
    {
        _ownsMeter = meters is null;
        _meter = meters?.Create(Name) ?? new Meter(Name);
        _logger = loggers?.CreateLogger(Name) ?? NullLogger.Instance;
        _duration = _meter.CreateHistogram<double>("idp.client.unit.duration", "s", "Units of work as the caller saw them, retries included.");
        _retries = _meter.CreateCounter<long>("idp.client.unit.retries", "{retry}", "Runs of a unit of work after its first.");
        _heals = _meter.CreateCounter<long>("idp.client.route.heals", "{route}", "Routes corrected by a store.");
        _dropped = _meter.CreateCounter<long>("idp.client.telemetry.dropped", "{access}", "Accesses that were never reported, because memory is bounded or the control plane refused them.");
    }

    public static Activity? StartUnit(ObjectId id, Operation operation)
    {
        var activity = Source.StartActivity("idp.client.unit", ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("idp.object", id.ToString());
            activity.SetTag("idp.operation", operation.Mode);
        }

        return activity;
    }

    public void UnitEnded(RegionId? region, Operation operation, bool isError, TimeSpan elapsed)
    {
        if (_duration.Enabled)
        {
            _duration.Record(
                elapsed.TotalSeconds,
                new("idp.region", region?.Value ?? "none"),
                new("idp.operation", operation.Mode),
                new("idp.outcome", isError ? "error" : "ok"));
        }
    }

    public void Retried(DbException failure) => _retries.Add(1, new KeyValuePair<string, object?>("idp.reason", failure.SqlState ?? "connection"));

    public void Healed(RegionId region) => _heals.Add(1, new KeyValuePair<string, object?>("idp.region", region.Value));

    public void Dropped(long accesses) => _dropped.Add(accesses);

    public void RoutingCacheDamaged(Exception failure) => CacheDamaged(_logger, failure.Message, failure);

    public void RoutingCacheNotSaved(Exception failure) => CacheUnwritable(_logger, failure.Message, failure);

    public void ControlPlaneUnreachable(Exception failure) => Unreachable(_logger, failure.Message, null);

    public void TelemetryNotDelivered(Exception failure) => Undelivered(_logger, failure.Message, null);

    public void ThawFailed(ObjectId id, Exception failure) => NotThawed(_logger, id, failure.Message, null);

    public void Dispose()
    {
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }
}
