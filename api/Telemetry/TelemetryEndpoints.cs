using Idp.Core.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Idp.Api.Telemetry;

internal static class TelemetryEndpoints
{
    public static void MapTelemetry(this IEndpointRouteBuilder api) => api.MapPost("/telemetry", AcceptAsync);

    private static async Task<IResult> AcceptAsync(TelemetryBatch batch, TelemetryIntake intake, CancellationToken cancellationToken) =>
        await intake.AcceptAsync(batch, cancellationToken) is { } refusal ? Problems.Of(refusal) : Results.NoContent();
}
