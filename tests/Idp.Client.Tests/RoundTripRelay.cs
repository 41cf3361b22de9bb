using System.Net;
using System.Net.Sockets;

namespace Idp.Client.Tests;

/// <summary>Passes bytes on and counts round trips: times the caller speaks after the server did.</summary>
internal sealed class RoundTripRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private readonly List<Task> _pumps = [];
    private readonly List<Passage> _passages = [];
    private (TcpClient Server, byte[] Request, Task Answered)? _held;
    private int _count;

    public RoundTripRelay(int serverPort)
    {
        ServerPort = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Where connections lead from now on.</summary>
    public int ServerPort { get; set; }

    /// <summary>Cuts the connection at the next byte the server sends, so that the caller never sees it.</summary>
    public bool LosesNextAnswer { get; set; }

    /// <summary>Cuts the connection at the next byte the caller sends, so that the server never sees it.</summary>
    public bool LosesNextRequest { get; set; }

    /// <summary>Passes the next bytes of the caller on, and cuts it off then; the server waits for a lock, or for another server.</summary>
    public bool CutsAfterNextRequest { get; set; }

    /// <summary>Sent instead of the next bytes of the server, before the connection is cut: what a pooler says that has lost the server.</summary>
    public byte[]? SaysInstead { get; set; }

    /// <summary>Cuts the caller off at the next byte it sends, and keeps what it sent for <see cref="DeliverHeldAsync"/>.</summary>
    public bool HoldsNextRequest { get; set; }

    /// <summary>Lets a held request reach the server after all, and waits until the server has answered or hung up.</summary>
    public async Task DeliverHeldAsync()
    {
        var (server, request, answered) = _held ?? throw new InvalidOperationException("Nothing is held.");
        try
        {
            await server.GetStream().WriteAsync(request);
        }
        catch (IOException)
        {
            // The server has hung up already.
        }

        await answered;
        server.Dispose();
    }

    /// <returns>Round trips that <paramref name="action"/> took.</returns>
    public async Task<int> CountAsync(Func<Task> action)
    {
        var before = Volatile.Read(ref _count);
        await action();
        return Volatile.Read(ref _count) - before;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        _passages.ForEach(passage => passage.Dispose());
        _held?.Server.Dispose();
        await _accepting;
        await Task.WhenAll(_pumps);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var passage = new Passage(this, await _listener.AcceptTcpClientAsync(_stopping.Token));
                _passages.Add(passage);
                _pumps.Add(passage.RunAsync());
            }
        }
        catch (Exception)
        {
            // Stopping.
        }
    }

    private sealed class Passage(RoundTripRelay relay, TcpClient caller) : IDisposable
    {
        private readonly TcpClient _server = new();
        private int _isCallersTurn;
        private readonly TaskCompletionSource _answered = new();
        private bool _isHeld;

        public async Task RunAsync()
        {
            await _server.ConnectAsync(IPAddress.Loopback, relay.ServerPort);
            await Task.WhenAll(PumpAsync(caller, _server, OnCaller), PumpAsync(_server, caller, _ => OnServer()));
        }

        public void Dispose()
        {
            caller.Dispose();
            if (!_isHeld)
            {
                _server.Dispose();
            }
        }

        private void OnCaller(ReadOnlyMemory<byte> data)
        {
            if (relay.LosesNextRequest)
            {
                relay.LosesNextRequest = false;
                Dispose();
            }

            if (relay.HoldsNextRequest)
            {
                relay.HoldsNextRequest = false;
                _isHeld = true;
                relay._held = (_server, data.ToArray(), _answered.Task);
                throw new IOException("Held.");
            }

            if (Interlocked.Exchange(ref _isCallersTurn, 1) == 0)
            {
                Interlocked.Increment(ref relay._count);
            }
        }

        private void OnServer()
        {
            Volatile.Write(ref _isCallersTurn, 0);
            if (_isHeld)
            {
                _answered.TrySetResult();
            }

            if (relay.SaysInstead is { } said)
            {
                relay.SaysInstead = null;
                caller.GetStream().Write(said);
                Dispose();
            }

            if (relay.LosesNextAnswer)
            {
                relay.LosesNextAnswer = false;
                Dispose();
            }
        }

        private async Task PumpAsync(TcpClient from, TcpClient to, Action<ReadOnlyMemory<byte>> onData)
        {
            try
            {
                var buffer = new byte[65_536];
                while (await from.GetStream().ReadAsync(buffer) is > 0 and var length)
                {
                    onData(buffer.AsMemory(0, length));
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, length));
                    if (from == caller && relay.CutsAfterNextRequest)
                    {
                        relay.CutsAfterNextRequest = false;
                        caller.Dispose();
                    }
                }
            }
            catch (Exception)
            {
                // Either side has gone.
            }

            if (from == _server)
            {
                _answered.TrySetResult();
            }

            Dispose();
        }
    }
}
