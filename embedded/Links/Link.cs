using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Idp.Embedded;

/// <summary>The link from one caller's region to one store's: a listener on loopback and its connections.</summary>
internal sealed class Link : IDisposable
{
    private readonly Func<IPEndPoint> _store;
    private readonly LinkClock _clock;
    private readonly Random _random;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<LinkConnection, bool> _open = new();
    private volatile LinkConditions _conditions;
    private long _toStoreBytes;
    private long _toCallerBytes;
    private long _connections;

    /// <param name="random">Shared by all links; locked here.</param>
    public Link(Func<IPEndPoint> store, LinkConditions conditions, LinkClock clock, Random random)
    {
        _store = store;
        _conditions = conditions;
        _clock = clock;
        _random = random;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Endpoint = (IPEndPoint)_listener.LocalEndPoint!;
        _ = AcceptAsync();
    }

    public IPEndPoint Endpoint { get; }

    public LinkConditions Conditions => _conditions;

    public LinkTraffic Traffic => new(
        Volatile.Read(ref _toStoreBytes), Volatile.Read(ref _toCallerBytes), Volatile.Read(ref _connections), _open.Count);

    /// <summary>Changes how the link behaves; connections that lost bytes end with the fault that took them.</summary>
    public void Become(LinkConditions conditions)
    {
        _conditions = conditions;
        Interlocked.MemoryBarrier(); // See LinkConnection.LoseBytes.
        foreach (var connection in _open.Keys)
        {
            if (conditions.Resets || (connection.HasLostBytes && !conditions.Swallows))
            {
                connection.Reset();
            }
        }
    }

    public long Jitter(LinkConditions conditions)
    {
        if (conditions.JitterTicks == 0)
        {
            return 0;
        }

        lock (_random)
        {
            return _random.NextInt64(conditions.JitterTicks + 1);
        }
    }

    public void Delivered(bool toStore, int bytes) =>
        Interlocked.Add(ref toStore ? ref _toStoreBytes : ref _toCallerBytes, bytes);

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var connection in _open.Keys)
        {
            connection.Reset();
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = CarryAsync(await _listener.AcceptAsync());
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException)
            {
                // The caller gave up before we looked: the next one is waiting.
            }
        }
    }

    private async Task CarryAsync(Socket caller)
    {
        using var connection = new LinkConnection(this, caller, _clock);
        Interlocked.Increment(ref _connections);
        _open[connection] = true;
        try
        {
            // Looked at after it is listed: a fault injected meanwhile finds it in one place or the other.
            if (_conditions.Resets)
            {
                connection.Reset();
                return;
            }

            await connection.RunAsync(_store());
        }
        catch (Exception)
        {
            // The store has no address now, or the connection ended while it was made: as unreachable as one that is down.
            connection.Reset();
        }
        finally
        {
            _open.TryRemove(connection, out _);
        }
    }
}
