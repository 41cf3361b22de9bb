using Idp.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.Api;

internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder root)
    {
        root.MapGet("/livez", () => Results.Text("ok")).AllowAnonymous();
        root.MapGet("/readyz", ReadAsync);
    }

    private static async Task<IResult> ReadAsync(ControlSettings settings, ITemporalClient temporal, CancellationToken cancellationToken)
    {
        var database = await TryAsync(() => settings.ReadPauseAsync(cancellationToken));
        var workflows = await TryAsync(() => temporal.Connection.CheckHealthAsync(options: Rpc(cancellationToken)));
        return Results.Json(
            new Readiness(database, workflows), statusCode: database && workflows ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static RpcOptions Rpc(CancellationToken cancellationToken) => new() { CancellationToken = cancellationToken, Timeout = TimeSpan.FromSeconds(3) };

    private static async Task<bool> TryAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return true;
        }
        catch (Exception silent) when (silent is NpgsqlException or RpcException or InvalidOperationException)
        {
            return false;
        }
    }

    private sealed record Readiness(bool ControlDatabase, bool Temporal);
}
