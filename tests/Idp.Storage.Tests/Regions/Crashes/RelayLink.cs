using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Idp.Storage.Tests.Regions.Crashes;

/// <summary>One connection through the relay, cut into the messages of PostgreSQL's protocol.</summary>
internal sealed class RelayLink(CrashRelay relay, TcpClient caller) : IDisposable
{
    private const int HeaderBytes = 5;
    private const int MaxQuoted = 160;

    private readonly TcpClient _server = new();
    private long _sent;
    private long _answered;
    private long _lastAnswer = long.MaxValue;

    public int LocalPort { get; private set; }

    /// <returns>False when either side has gone meanwhile; a TcpClient that was disposed has no socket.</returns>
    public async Task<bool> TryConnectAsync(int serverPort)
    {
        try
        {
            await _server.ConnectAsync(IPAddress.Loopback, serverPort);
            if (_server.Client is not { LocalEndPoint: IPEndPoint local } server || caller.Client is not { } socket)
            {
                return false;
            }

            server.NoDelay = socket.NoDelay = true;
            LocalPort = local.Port;
            return true;
        }
        catch (Exception gone) when (gone is ObjectDisposedException or SocketException)
        {
            return false;
        }
    }

    public Task RunAsync() => Task.WhenAll(UntilGoneAsync(SpeakAsync), UntilGoneAsync(AnswerAsync));

    public void Dispose()
    {
        caller.Dispose();
        _server.Dispose();
    }

    private async Task UntilGoneAsync(Func<Task> pump)
    {
        try
        {
            await pump();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException or SocketException)
        {
            // Either side has gone.
        }

        Dispose();
    }

    private async Task SpeakAsync()
    {
        var from = caller.GetStream();
        var to = _server.GetStream();

        // The first message, or a request to cancel, has no type.
        var length = new byte[4];
        await from.ReadExactlyAsync(length);
        var start = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        length.CopyTo(start, 0);
        await from.ReadExactlyAsync(start.AsMemory(4));
        await to.WriteAsync(start);

        using var batch = new MemoryStream();
        var command = "";
        while (true)
        {
            var (type, body) = await ReadAsync(from, batch);
            command = Quoted(type, body) ?? command;
            if (IsAnswered(type))
            {
                _sent++;
                if (IsAhead(type, command))
                {
                    continue;
                }

                if (await relay.PassAsync(type is 'c' ? "the end of " + command : command))
                {
                    Volatile.Write(ref _lastAnswer, _sent);
                }
            }
            else if (type is not ('X' or 'p' or 'H'))
            {
                continue;
            }

            await to.WriteAsync(batch.GetBuffer().AsMemory(0, (int)batch.Length));
            batch.SetLength(0);
        }
    }

    private async Task AnswerAsync()
    {
        var from = _server.GetStream();
        var to = caller.GetStream();
        using var batch = new MemoryStream();
        while (true)
        {
            var (type, _) = await ReadAsync(from, batch);
            if (type is 'Z' or 'G' && _sent > 0 && ++_answered >= Volatile.Read(ref _lastAnswer))
            {
                relay.DieAnswered();
                return;
            }

            if (!from.DataAvailable && _lastAnswer == long.MaxValue)
            {
                await to.WriteAsync(batch.GetBuffer().AsMemory(0, (int)batch.Length));
                batch.SetLength(0);
            }
        }
    }

    private static async Task<(char Type, ReadOnlyMemory<byte> Body)> ReadAsync(NetworkStream from, MemoryStream batch)
    {
        var start = (int)batch.Length;
        batch.SetLength(start + HeaderBytes);
        await from.ReadExactlyAsync(batch.GetBuffer().AsMemory(start, HeaderBytes));
        var type = (char)batch.GetBuffer()[start];
        var length = BinaryPrimitives.ReadInt32BigEndian(batch.GetBuffer().AsSpan(start + 1)) - 4;
        batch.SetLength(start + HeaderBytes + length);
        var body = batch.GetBuffer().AsMemory(start + HeaderBytes, length);
        await from.ReadExactlyAsync(body);
        batch.Position = batch.Length;
        return (type, body);
    }

    // Each of these has exactly one ReadyForQuery or, where a COPY begins, one CopyInResponse.
    private static bool IsAnswered(char type) => type is 'Q' or 'S' or 'c' or 'f';

    private static bool IsAhead(char type, string command) =>
        type is 'Q' && (command.StartsWith("BEGIN", StringComparison.Ordinal) || command.StartsWith("DISCARD", StringComparison.Ordinal));

    private static string? Quoted(char type, ReadOnlyMemory<byte> body)
    {
        var text = type switch
        {
            'Q' => Encoding.UTF8.GetString(body.Span).TrimEnd('\0'),
            'P' => Encoding.UTF8.GetString(body.Span[(body.Span.IndexOf((byte)0) + 1)..]).Split('\0')[0],
            _ => null,
        };
        return text is { Length: > MaxQuoted } ? text[..MaxQuoted] : text;
    }
}
