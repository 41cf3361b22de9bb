using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Idp.Core.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Idp.Client.Tests;

/// <summary>The three calls of the control plane on a real Kestrel.</summary>
internal sealed class FakeControlPlane : IAsyncDisposable
{
    private readonly WebApplication _app;
    private Channel<RoutingDocument> _events = Channel.CreateUnbounded<RoutingDocument>();

    private FakeControlPlane(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public RoutingDocument Table { get; set; } = World.Routes(1);

    public string? Authorization { get; private set; }

    /// <summary>Every delivery, repeated ones too.</summary>
    public ConcurrentQueue<TelemetryBatch> Deliveries { get; } = [];

    /// <summary>How many deliveries fail after they were taken in.</summary>
    public int FailingDeliveries { get; set; }

    public static async Task<FakeControlPlane> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var plane = new FakeControlPlane(builder.Build());
        plane._app.MapGet("/api/v1/routes", (HttpRequest request) =>
        {
            plane.Authorization = request.Headers.Authorization;
            return plane.Table;
        });
        plane._app.MapGet("/api/v1/routes/events", (CancellationToken gone) => TypedResults.ServerSentEvents(plane.ReadAsync(gone), "routes"));
        plane._app.MapPost("/api/v1/telemetry", (TelemetryBatch batch) =>
        {
            plane.Deliveries.Enqueue(batch);
            return plane.FailingDeliveries-- > 0 ? Results.StatusCode(503) : Results.Accepted();
        });
        await plane._app.StartAsync();
        return plane;
    }

    public void Publish(RoutingDocument document) => _events.Writer.TryWrite(document);

    public void Hangup() => Interlocked.Exchange(ref _events, Channel.CreateUnbounded<RoutingDocument>()).Writer.Complete();

    public async ValueTask DisposeAsync()
    {
        _events.Writer.Complete();
        await _app.DisposeAsync();
    }

    private async IAsyncEnumerable<RoutingDocument> ReadAsync([EnumeratorCancellation] CancellationToken gone)
    {
        await foreach (var document in _events.Reader.ReadAllAsync(gone))
        {
            yield return document;
        }
    }
}
