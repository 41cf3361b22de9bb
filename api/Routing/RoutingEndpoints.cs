using Idp.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Idp.Api.Routing;

internal static class RoutingEndpoints
{
    public static void MapRouting(this IEndpointRouteBuilder api)
    {
        api.MapGet("/routes", ReadAsync);
        api.MapGet("/routes/events", StreamAsync);
    }

    private static async Task<IResult> ReadAsync(Catalog catalog, CancellationToken cancellationToken, long after = 0) =>
        after < 0
            ? Problems.Invalid($"'after' is {after}; expected a version from 0.")
            : Results.Json(await catalog.ReadRoutesAsync(after, cancellationToken));

    private static async Task StreamAsync(HttpContext context, RouteHub hub, IHostApplicationLifetime lifetime)
    {
        var subscription = await hub.SubscribeAsync(context.RequestAborted);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, subscription.Dropped.Token, lifetime.ApplicationStopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await WriteAsync(context.Response, ServerSentEvent.Hello, ended.Token);
            await foreach (var text in subscription.Events.ReadAllAsync(ended.Token))
            {
                await WriteAsync(context.Response, text, ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The client left, was too slow, or we stop; only the second needs the connection cut.
        }
        finally
        {
            hub.Unsubscribe(subscription);
        }

        if (subscription.Dropped.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    private static async Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
