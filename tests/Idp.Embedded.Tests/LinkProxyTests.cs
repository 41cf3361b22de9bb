using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Idp.Core;

namespace Idp.Embedded.Tests;

public sealed class LinkProxyTests : IAsyncDisposable
{
    private static readonly RegionId Near = RegionId.Parse("near");
    private static readonly RegionId Far = RegionId.Parse("far");
    private static readonly RoundTrips RoundTrips = RoundTrips.Parse(new StringReader("region,near,far\nnear,0,200\nfar,200,0"));

    private readonly EchoStore _store = new();
    private readonly LinkProxy _proxy;

    public LinkProxyTests() => _proxy = new LinkProxy(RoundTrips, _ => _store.Endpoint);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _store.Dispose();
    }

    [Fact]
    public async Task Ping_FarStore_TakesTheRoundTripMoreThanADirectOne()
    {
        using var direct = await ConnectAsync(_store.Endpoint);
        using var proxied = await ConnectAsync(_proxy.Endpoint(Near, Far));
        await PingAsync(direct);
        await PingAsync(proxied);

        var difference = await MedianPingAsync(proxied) - await MedianPingAsync(direct);

        // A link that is too fast would flatter every result. How slow it is beyond that says how busy the machine is.
        AssertAtLeast(199.5, difference);
    }

    [Fact]
    public async Task FirstPing_FarStore_PaysForTheConnectionToo()
    {
        var started = Stopwatch.GetTimestamp();
        using var caller = await ConnectAsync(_proxy.Endpoint(Near, Far));
        await PingAsync(caller);

        AssertAtLeast(399.5, Stopwatch.GetElapsedTime(started));
    }

    [Fact]
    public async Task Transfer_FarStore_IsDelayedNotThrottled()
    {
        const int SizeBytes = 8 * 1024 * 1024;
        using var caller = await ConnectAsync(_proxy.Endpoint(Near, Far));
        await PingAsync(caller);
        var sent = new byte[SizeBytes];
        new Random(7).NextBytes(sent);
        var received = new byte[SizeBytes];

        var started = Stopwatch.GetTimestamp();
        var sending = caller.SendAsync(sent, Cancelled).AsTask();
        await ReceiveAsync(caller, received);
        await sending;

        Assert.True(sent.AsSpan().SequenceEqual(received));
        AssertAtLeast(199.5, Stopwatch.GetElapsedTime(started));
        var traffic = _proxy.Traffic(Near, Far);
        Assert.Equal(new LinkTraffic(SizeBytes + 1, SizeBytes + 1, Connections: 1, OpenConnections: 1), traffic);
        Assert.Equal(new LinkTraffic(0, 0, 0, 0), _proxy.Traffic(Far, Near));
    }

    [Fact]
    public async Task Close_ByCaller_ReachesTheStoreAndBack()
    {
        using var caller = await ConnectAsync(_proxy.Endpoint(Near, Near));
        await PingAsync(caller);

        caller.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await caller.ReceiveAsync(new byte[1], Cancelled));
    }

    [Fact]
    public async Task Store_Down_ResetsTheCaller()
    {
        _store.Dispose();

        await AssertResetAsync(ConnectAndPingAsync);
    }

    [Fact]
    public async Task Latency_WhileInForce_SlowsTheLinkInOrder()
    {
        using var caller = await ConnectAsync(_proxy.Endpoint(Near, Near));
        await PingAsync(caller);
        using (_proxy.Inject(LinkFault.Latency(TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(20)), Near, store: null))
        {
            AssertAtLeast(149.5, await PingAsync(caller));
            for (byte n = 0; n < 100; n++)
            {
                await caller.SendAsync(new[] { n }, Cancelled);
            }

            var received = new byte[100];
            await ReceiveAsync(caller, received);
            Assert.Equal(Enumerable.Range(0, 100).Select(n => (byte)n), received);
        }

        while (await PingAsync(caller) >= TimeSpan.FromMilliseconds(150))
        {
            // A busy machine; a link that stays slow never comes out of this.
        }
    }

    [Fact]
    public async Task Reset_WhileInForce_EndsOldAndNewConnectionsOfThatLinkOnly()
    {
        using var caller = await ConnectAsync(_proxy.Endpoint(Near, Near));
        using var other = await ConnectAsync(_proxy.Endpoint(Far, Far));
        await PingAsync(caller);
        using (_proxy.Inject(LinkFault.Reset, Near, Near))
        {
            await AssertResetAsync(() => PingAsync(caller));
            await AssertResetAsync(ConnectAndPingAsync);
            await PingAsync(other);
        }

        await ConnectAndPingAsync();
    }

    [Fact]
    public async Task BlackHole_UntilItEnds_SwallowsThenResets()
    {
        using var caller = await ConnectAsync(_proxy.Endpoint(Near, Near));
        using var idle = await ConnectAsync(_proxy.Endpoint(Near, Near));
        await PingAsync(caller);
        await PingAsync(idle);
        var before = _store.ReceivedBytes;
        Task<int> answer;
        var fault = _proxy.Inject(LinkFault.BlackHole, caller: null, Near);
        using (fault)
        {
            await caller.SendAsync(new byte[1_000], Cancelled);
            using var late = await ConnectAsync(_proxy.Endpoint(Near, Near));
            await late.SendAsync(new byte[1], Cancelled);
            answer = caller.ReceiveAsync(new byte[1], Cancelled).AsTask();
            await AssertSilentAsync(answer);
            Assert.Equal(before, _store.ReceivedBytes);
        }

        Assert.Equal(SocketError.ConnectionReset, (await Assert.ThrowsAsync<SocketException>(() => answer)).SocketErrorCode);
        await PingAsync(idle);
    }

    [Fact]
    public async Task HalfOpen_UntilItEnds_DeliversTheCommitAndSwallowsItsAnswer()
    {
        using var caller = await ConnectAsync(_proxy.Endpoint(Near, Near));
        await PingAsync(caller);
        Task<int> answer;
        using (_proxy.Inject(LinkFault.HalfOpen, Near, Near))
        {
            var arrived = _store.NextReceivedAsync();
            await caller.SendAsync(new byte[1], Cancelled);
            await arrived.WaitAsync(Cancelled);
            answer = caller.ReceiveAsync(new byte[1], Cancelled).AsTask();
            await AssertSilentAsync(answer);
        }

        Assert.Equal(SocketError.ConnectionReset, (await Assert.ThrowsAsync<SocketException>(() => answer)).SocketErrorCode);
    }

    private static void AssertAtLeast(double milliseconds, TimeSpan elapsed) =>
        Assert.True(elapsed.TotalMilliseconds >= milliseconds, $"{elapsed.TotalMilliseconds} ms, expected at least {milliseconds} ms");

    // A reset may arrive before the connection is reported as made, so both are one attempt.
    private async Task ConnectAndPingAsync()
    {
        using var caller = await ConnectAsync(_proxy.Endpoint(Near, Near));
        await PingAsync(caller);
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint, Cancelled);
        return socket;
    }

    private static async Task<TimeSpan> PingAsync(Socket socket)
    {
        var started = Stopwatch.GetTimestamp();
        await socket.SendAsync(new byte[1], Cancelled);
        await ReceiveAsync(socket, new byte[1]);
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<TimeSpan> MedianPingAsync(Socket socket)
    {
        var times = new List<TimeSpan>();
        for (var n = 0; n < 5; n++)
        {
            times.Add(await PingAsync(socket));
        }

        return times.Order().ElementAt(2);
    }

    private static async Task ReceiveAsync(Socket socket, Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = await socket.ReceiveAsync(buffer, Cancelled);
            buffer = count > 0 ? buffer[count..] : throw new SocketException((int)SocketError.ConnectionReset);
        }
    }

    private static async Task AssertResetAsync(Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<SocketException>(call);
        Assert.Contains(failure.SocketErrorCode, new[] { SocketError.ConnectionReset, SocketError.Shutdown });
    }

    // Nothing happens, so there is nothing to await: a tenth of a second stands for a thousand undisturbed pings.
    private static async Task AssertSilentAsync(Task answer) =>
        await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(TimeSpan.FromMilliseconds(100), Cancelled));
}
