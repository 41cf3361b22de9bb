using System.Buffers;
using System.Net.Sockets;

namespace Idp.Embedded;

/// <summary>One direction of one connection: bytes read now are written one way later, in order, without a limit on their rate.</summary>
internal sealed class LinkDirection(LinkConnection connection, Socket from, Socket to, bool toStore, LinkClock clock)
{
    // Four megabytes in flight are 40 MB/s at 100 ms one way. More makes the sender wait, as a full window would.
    private const int MaxInFlightBytes = 4 * 1024 * 1024;
    private const int ReadBytes = 16 * 1024;

    private readonly Queue<Segment> _inFlight = new();
    private readonly Lock _guard = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _room;
    private int _inFlightBytes;
    private long _lastDue;
    private bool _isLost;

    /// <summary>Completes when the end of the stream was delivered.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Reads until the sender closes.</summary>
    /// <exception cref="SocketException">The sender reset the connection.</exception>
    public async Task ReadAsync(long openAt)
    {
        var buffer = new byte[ReadBytes];
        while (true)
        {
            var count = await from.ReceiveAsync(buffer);
            var now = Math.Max(clock.Now, openAt);
            var conditions = connection.Conditions;
            _isLost |= toStore ? conditions.SwallowsToStore : conditions.SwallowsToCaller;
            if (_isLost)
            {
                // After a loss the rest of this direction would be garbage: it is lost too.
                connection.LoseBytes();
            }
            else
            {
                Enqueue(buffer.AsSpan(0, count), now + conditions.OneWayTicks + connection.Jitter(conditions));
            }

            if (count == 0)
            {
                return;
            }

            await RoomAsync();
        }
    }

    /// <summary>Writes everything that has arrived. Called by the clock, on its thread: it never blocks.</summary>
    public void DeliverDue()
    {
        while (true)
        {
            Segment segment;
            lock (_guard)
            {
                segment = _inFlight.Peek();
            }

            if (!clock.IsDue(segment.Due))
            {
                clock.Schedule(this, segment.Due);
                return;
            }

            if (!TryWrite(segment, out var written))
            {
                // The receiver is slow: let it, and go on when its window opens.
                _ = WriteSlowlyAsync(segment, written);
                return;
            }

            if (!Complete(segment))
            {
                return;
            }
        }
    }

    private void Enqueue(ReadOnlySpan<byte> bytes, long due)
    {
        var segment = new Segment(Math.Max(due, _lastDue), bytes.IsEmpty ? [] : ArrayPool<byte>.Shared.Rent(bytes.Length), bytes.Length);
        bytes.CopyTo(segment.Bytes);
        _lastDue = segment.Due;
        bool first;
        lock (_guard)
        {
            first = _inFlight.Count == 0;
            _inFlight.Enqueue(segment);
            _inFlightBytes += segment.Count;
        }

        if (first)
        {
            clock.Schedule(this, segment.Due);
        }
    }

    private Task RoomAsync()
    {
        lock (_guard)
        {
            if (_inFlightBytes < MaxInFlightBytes)
            {
                return Task.CompletedTask;
            }

            _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    private bool TryWrite(Segment segment, out int written)
    {
        written = 0;
        try
        {
            if (segment.Count == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return true;
            }

            while (written < segment.Count)
            {
                var sent = to.Send(segment.Bytes.AsSpan(written, segment.Count - written), SocketFlags.None, out var error);
                if (error == SocketError.WouldBlock)
                {
                    return false;
                }

                if (error != SocketError.Success)
                {
                    connection.Reset();
                    return true;
                }

                written += sent;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            connection.Reset();
        }

        return true;
    }

    private async Task WriteSlowlyAsync(Segment segment, int written)
    {
        try
        {
            while (written < segment.Count)
            {
                written += await to.SendAsync(segment.Bytes.AsMemory(written, segment.Count - written));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            connection.Reset();
        }

        if (Complete(segment))
        {
            clock.Schedule(this, clock.Now);
        }
    }

    /// <returns>True when more bytes are on their way.</returns>
    private bool Complete(Segment segment)
    {
        TaskCompletionSource? room = null;
        bool more;
        lock (_guard)
        {
            _inFlight.Dequeue();
            _inFlightBytes -= segment.Count;
            more = _inFlight.Count > 0;
            if (_inFlightBytes < MaxInFlightBytes)
            {
                (room, _room) = (_room, null);
            }
        }

        connection.Delivered(toStore, segment.Count);
        if (segment.Count == 0)
        {
            _ended.TrySetResult();
        }
        else
        {
            ArrayPool<byte>.Shared.Return(segment.Bytes);
        }

        room?.SetResult();
        return more;
    }

    /// <param name="Due">When the bytes arrive.</param>
    /// <param name="Count">0 is the end of the stream.</param>
    private readonly record struct Segment(long Due, byte[] Bytes, int Count);
}
