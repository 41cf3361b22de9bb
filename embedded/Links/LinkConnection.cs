using System.Net;
using System.Net.Sockets;

namespace Idp.Embedded;

/// <summary>One connection of a caller, and the one to the store that belongs to it.</summary>
internal sealed class LinkConnection(Link link, Socket caller, LinkClock clock) : IDisposable
{
    private readonly Socket _store = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly TaskCompletionSource _reset = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _hasLostBytes;
    private int _isReset;

    public LinkConditions Conditions => link.Conditions;

    /// <summary>True once a fault swallowed something: the streams can never be whole again.</summary>
    public bool HasLostBytes => _hasLostBytes;

    /// <summary>Notes a loss; it ends the connection together with the fault.</summary>
    public void LoseBytes()
    {
        _hasLostBytes = true;

        // The fault may have ended since it was looked at. Either its end sees the loss, or the loss sees its end.
        Interlocked.MemoryBarrier();
        if (!Conditions.Swallows)
        {
            Reset();
        }
    }

    public long Jitter(LinkConditions conditions) => link.Jitter(conditions);

    public void Delivered(bool toStore, int bytes) => link.Delivered(toStore, bytes);

    /// <summary>Carries bytes until both sides have closed, or one was reset.</summary>
    public async Task RunAsync(IPEndPoint storeEndpoint)
    {
        // The caller's kernel believes the connection open at once; a real one opens a round trip later.
        var openAt = clock.Now + (2 * Conditions.OneWayTicks);
        try
        {
            caller.NoDelay = true;
            caller.Blocking = false;
            if (!await TryConnectAsync(storeEndpoint))
            {
                return;
            }

            var toStore = new LinkDirection(this, caller, _store, toStore: true, clock);
            var toCaller = new LinkDirection(this, _store, caller, toStore: false, clock);
            var reads = Task.WhenAll(ReadAsync(toStore, openAt), ReadAsync(toCaller, openAt));
            await Task.WhenAny(Task.WhenAll(toStore.Ended, toCaller.Ended), _reset.Task);
            Dispose();
            await reads;
        }
        catch (SocketException)
        {
            Reset();
        }
    }

    /// <summary>Ends both sides with a reset. May be repeated.</summary>
    public void Reset()
    {
        if (Interlocked.Exchange(ref _isReset, 1) == 0)
        {
            Abort(caller);
            Abort(_store);
            _reset.TrySetResult();
        }
    }

    public void Dispose()
    {
        caller.Dispose();
        _store.Dispose();
    }

    private static void Abort(Socket socket)
    {
        try
        {
            // A linger time of zero makes the kernel send RST instead of FIN.
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Already closed.
        }

        socket.Dispose();
    }

    private async Task<bool> TryConnectAsync(IPEndPoint storeEndpoint)
    {
        try
        {
            await _store.ConnectAsync(storeEndpoint);
            _store.Blocking = false;
            return true;
        }
        catch (SocketException) when (Conditions.SwallowsToCaller)
        {
            // The refusal is swallowed too: the caller waits until the fault ends.
            LoseBytes();
            await _reset.Task;
            return false;
        }
    }

    private async Task ReadAsync(LinkDirection direction, long openAt)
    {
        try
        {
            await direction.ReadAsync(openAt);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            if (Conditions.SwallowsToCaller)
            {
                // One side died. A fault that swallows hides even that from the other, until it ends.
                LoseBytes();
            }
            else
            {
                Reset();
            }
        }
    }
}
