using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Idp.Api.Routing;
using Idp.Client;
using Idp.Core;
using Idp.Testing.Planes;

namespace Idp.Api.Tests;

/// <summary>Those who follow routes: the real client library, and one that does not read.</summary>
public sealed class SubscriberTests(DatabaseFixture postgres, TemporalFixture temporal) : IAsyncLifetime
{
    private readonly PlaneFixture _plane = new(postgres, temporal);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _plane.InitializeAsync();
        await _plane.AdoptAsync("eu-1042");
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Client_LearnsRoutesAndReportsBirths()
    {
        await using var api = await ApiHost.StartAsync(_plane);
        var builder = new IdpDataSourceBuilder(PlaneFixture.West)
            .AddRegion(PlaneFixture.East, _plane.Region(PlaneFixture.East))
            .AddRegion(PlaneFixture.West, _plane.Region(PlaneFixture.West));
        builder.Routing.ControlPlane = api.Address;
        builder.Routing.Token = api.Token;
        builder.Telemetry.FlushInterval = TimeSpan.FromMilliseconds(50);
        await using var source = builder.Build();
        await source.WaitForRoutesAsync(Cancelled);

        Assert.Equal(new Route(PlaneFixture.East, 1), source.FindRoute(ObjectId.Parse("users/eu-1042")));

        var version = source.RoutingVersion;
        await using (var connection = await source.OpenConnectionAsync(PlaneFixture.Users, "born", Operation.Write, Cancelled))
        {
            await using var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO profile VALUES ('born', 1, 'x')";
            await insert.ExecuteNonQueryAsync(Cancelled);
        }

        // Telemetry makes it an object, and its route comes back as an event.
        while (await _plane.Catalog.FindObjectAsync(ObjectId.Parse("users/born"), Cancelled) is null || source.RoutingVersion == version)
        {
            await Task.Delay(20, Cancelled);
        }
    }

    [Fact]
    public async Task SlowSubscriber_IsDropped()
    {
        await using var api = await ApiHost.StartAsync(_plane);
        var hub = api.Get<RouteHub>();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(api.Address.Host, api.Address.Port, Cancelled);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET /api/v1/routes/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {api.Token}\r\n\r\n"), Cancelled);
        while (hub.SubscriberCount == 0)
        {
            await Task.Delay(20, Cancelled);
        }

        for (var batch = 0; batch < 400 && hub.SubscriberCount > 0; batch++)
        {
            var keys = Enumerable.Range(0, 2_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{batch}-{i}").PadRight(200, 'x'));
            await _plane.Catalog.RegisterObjectsAsync(PlaneFixture.Users, [.. keys], PlaneFixture.East, Cancelled);
        }

        Assert.Equal(0, hub.SubscriberCount);
    }
}
