using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Idp.Api.Batches;

internal static class EvacuationEndpoints
{
    public static void MapEvacuations(this IEndpointRouteBuilder api)
    {
        var evacuations = api.MapGroup("/evacuations");
        evacuations.MapPost("/", StartAsync);
        evacuations.MapGet("/{region}", ReadAsync);
        foreach (var action in Enum.GetValues<EvacuationAction>())
        {
            evacuations.MapPost($"/{{region}}/{action.ToString().ToLowerInvariant()}", (
                RegionId region, OperatorNote note, EvacuationStarter starter, CancellationToken cancellationToken) =>
                ActAsync(action, region, note, starter, cancellationToken));
        }

        api.MapPost("/regions/{region}/open", OpenAsync);
        api.MapGet("/drains", ListDrainsAsync);
    }

    private static async Task<IResult> StartAsync(EvacuationCommand body, EvacuationStarter starter, CancellationToken cancellationToken)
    {
        if (body.DryRun)
        {
            var plan = await starter.PlanAsync(body, cancellationToken);
            return plan.IsGiven ? Results.Json(plan.Value) : Problems.Of(plan.Refusal);
        }

        var answer = await starter.StartAsync(body, cancellationToken);
        return answer.IsGiven ? Results.Accepted($"/api/v1/evacuations/{body.Region}", answer.Value) : Problems.Of(answer.Refusal);
    }

    private static async Task<IResult> ReadAsync(RegionId region, EvacuationStarter starter, CancellationToken cancellationToken)
    {
        var found = await starter.FindAsync(region, cancellationToken);
        return found.IsGiven ? Results.Json(found.Value) : Problems.Of(found.Refusal);
    }

    private static async Task<IResult> ActAsync(
        EvacuationAction action, RegionId region, OperatorNote note, EvacuationStarter starter, CancellationToken cancellationToken)
    {
        var answer = await starter.ActAsync(region, action, note, cancellationToken);
        return Problems.JsonOr(answer);
    }

    private static async Task<IResult> OpenAsync(RegionId region, EvacuationStarter starter, CancellationToken cancellationToken)
    {
        var answer = await starter.OpenAsync(region, cancellationToken);
        return Problems.JsonOr(answer);
    }

    private static async Task<IResult> ListDrainsAsync(Catalog catalog, CancellationToken cancellationToken) =>
        Results.Json(new Page<RegionDrain>(await catalog.ListDrainsAsync(cancellationToken), Next: null));
}
