using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Idp.Core.Telemetry;

namespace Idp.Client;

/// <summary>The three calls of the control plane that a client makes.</summary>
internal sealed class ControlPlaneClient : IDisposable
{
    private const string RoutesEvent = "routes";

    private readonly HttpClient _http;

    public ControlPlaneClient(Uri address, string? token)
    {
        // Each call has a limit of its own; the event stream stays open.
        _http = new HttpClient { BaseAddress = new Uri($"{address.AbsoluteUri.TrimEnd('/')}/api/v1/"), Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Whether the same request will be refused again.</summary>
    public static bool IsFinal(HttpStatusCode status) =>
        (int)status is >= 400 and < 500
        && status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);

    /// <exception cref="HttpRequestException">Unreachable, or refused.</exception>
    /// <exception cref="JsonException">The answer is not a routing document.</exception>
    public async Task<RoutingDocument> GetRoutesAsync(CancellationToken cancellationToken) =>
        RoutingJson.Read(await _http.GetByteArrayAsync(new Uri("routes", UriKind.Relative), cancellationToken));

    /// <summary>Subscribes; changes from now on will be read by <see cref="ReadAsync"/>.</summary>
    /// <exception cref="HttpRequestException">Unreachable, or refused.</exception>
    public async Task<HttpResponseMessage> OpenEventsAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("routes/events", UriKind.Relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        try
        {
            return response.EnsureSuccessStatusCode();
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    public static async IAsyncEnumerable<RoutingDocument> ReadAsync(HttpResponseMessage events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = await events.Content.ReadAsStreamAsync(cancellationToken);
        var parser = SseParser.Create(stream, static (type, data) => type == RoutesEvent ? RoutingJson.Read(data) : null);
        await foreach (var item in parser.EnumerateAsync(cancellationToken))
        {
            if (item.Data is { } document)
            {
                yield return document;
            }
        }
    }

    /// <exception cref="HttpRequestException">Unreachable, or refused.</exception>
    public async Task SendAsync(TelemetryBatch batch, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(new Uri("telemetry", UriKind.Relative), batch, JsonSerializerOptions.Web, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();
}
