using System.Collections.Concurrent;
using Idp.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Idp.Api.Routing;

/// <summary>Pushes changes of the routing table to all subscribers, from one listening connection.</summary>
/// <remarks>
/// What it sends is contiguous: each document holds every change since the one before, whether PostgreSQL's
/// notification came, was lost with its connection, or several came together.
/// </remarks>
internal sealed partial class RouteHub(NpgsqlDataSource database, Catalog catalog, TimeProvider clock, ILogger<RouteHub> logger) : BackgroundService
{
    private static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<RouteSubscription, bool> _subscriptions = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = -1;

    /// <summary>How many subscribers there are.</summary>
    public int SubscriberCount => _subscriptions.Count;

    /// <summary>From the moment it returns, every change is queued for the subscriber.</summary>
    public async Task<RouteSubscription> SubscribeAsync(CancellationToken cancellationToken)
    {
        await _ready.Task.WaitAsync(cancellationToken);
        var subscription = new RouteSubscription();
        _subscriptions.TryAdd(subscription, true);
        return subscription;
    }

    public void Unsubscribe(RouteSubscription subscription) => _subscriptions.TryRemove(subscription, out _);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ListenAsync(stoppingToken), BeatAsync(stoppingToken));

    private async Task ListenAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stopping);
                await using (var listen = new NpgsqlCommand($"LISTEN {Catalog.RoutesChannel}", connection))
                {
                    await listen.ExecuteNonQueryAsync(stopping);
                }

                // A half-open connection notifies nobody, so we look ourselves now and then.
                for (; ; await connection.WaitAsync(HeartbeatPeriod, stopping))
                {
                    await PublishAsync(stopping);
                }
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                // Clients keep their last routes; this must go on whatever the database says.
                LogNotListening(failure, ReconnectDelay);
                await Task.Delay(ReconnectDelay, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task PublishAsync(CancellationToken stopping)
    {
        var first = _version < 0;
        var document = await catalog.ReadRoutesAsync(first ? long.MaxValue : _version, stopping);
        var isNews = !first && document.Version > _version;
        _version = document.Version;
        _ready.TrySetResult();
        if (isNews)
        {
            Broadcast(ServerSentEvent.Routes(document));
        }
    }

    private async Task BeatAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(HeartbeatPeriod, clock);
        while (await WaitAsync(timer, stopping))
        {
            Broadcast(ServerSentEvent.Heartbeat);
        }
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Broadcast(ReadOnlyMemory<byte> text)
    {
        foreach (var subscription in _subscriptions.Keys.Where(subscription => !subscription.TryPush(text)))
        {
            _subscriptions.TryRemove(subscription, out _);
            LogDropped(RouteSubscription.Capacity);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Not listening for routes; trying again in {Delay}")]
    private partial void LogNotListening(Exception failure, TimeSpan delay);

    [LoggerMessage(LogLevel.Warning, "Dropped a subscriber to routes that was {Capacity} events behind")]
    private partial void LogDropped(int capacity);
}
