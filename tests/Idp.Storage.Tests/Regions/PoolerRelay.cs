using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Idp.Storage.Tests.Regions;

/// <summary>Stands before a server and tells its callers another process number than the server's, as connection poolers do.</summary>
internal sealed class PoolerRelay : IAsyncDisposable
{
    private const int HeaderBytes = 5;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    public PoolerRelay(int serverPort)
    {
        _listener.Start();
        _accepting = AcceptAsync(serverPort);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync(int serverPort)
    {
        try
        {
            using var caller = await _listener.AcceptTcpClientAsync(_stopping.Token);
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, serverPort, _stopping.Token);
            var (up, down) = (caller.GetStream(), server.GetStream());
            await Task.WhenAny(up.CopyToAsync(down, _stopping.Token), AnswerAsync(down, up));
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or SocketException)
        {
            // The test is over, or one of both has hung up.
        }
    }

    // Message by message until BackendKeyData ('K': process number, secret); whatever follows as it comes.
    private async Task AnswerAsync(NetworkStream server, NetworkStream caller)
    {
        var header = new byte[HeaderBytes];
        while (header[0] != (byte)'K')
        {
            await server.ReadExactlyAsync(header, _stopping.Token);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - sizeof(int)];
            await server.ReadExactlyAsync(body, _stopping.Token);
            if (header[0] == (byte)'K')
            {
                body[3] ^= 1;
            }

            await caller.WriteAsync(header, _stopping.Token);
            await caller.WriteAsync(body, _stopping.Token);
        }

        await server.CopyToAsync(caller, _stopping.Token);
    }
}
