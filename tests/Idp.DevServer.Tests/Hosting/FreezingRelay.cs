using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Idp.DevServer.Tests.Hosting;

/// <summary>Passes bytes between one caller and the server until it freezes: then it answers nobody, as a stopped process does.</summary>
internal sealed class FreezingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _sockets = [];
    private readonly TaskCompletionSource _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private volatile bool _isFrozen;

    public FreezingRelay(int serverPort)
    {
        _listener.Start();
        _running = RunAsync(serverPort);
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Ends when the server has closed a connection after the freeze.</summary>
    public Task HungUp => _hungUp.Task;

    public void Freeze() => _isFrozen = true;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _sockets.ForEach(socket => socket.Dispose());
        await _running;
    }

    private async Task RunAsync(int serverPort)
    {
        var pumps = new List<Task>();
        try
        {
            while (true)
            {
                var caller = await _listener.AcceptTcpClientAsync();
                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, serverPort);
                _sockets.AddRange([caller, server]);
                pumps.Add(PumpAsync(caller, server, isFromServer: false));
                pumps.Add(PumpAsync(server, caller, isFromServer: true));
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(pumps);
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool isFromServer)
    {
        try
        {
            var buffer = new byte[65_536];
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var length)
            {
                if (!_isFrozen)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, length));
                }
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One side has gone.
        }

        if (isFromServer && _isFrozen)
        {
            _hungUp.TrySetResult();
        }
    }
}
