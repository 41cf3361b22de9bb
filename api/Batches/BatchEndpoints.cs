using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Idp.Api.Batches;

internal static class BatchEndpoints
{
    private const int MaxKeyLength = 200;

    public static void MapBatches(this IEndpointRouteBuilder api)
    {
        var batches = api.MapGroup("/batches");
        batches.MapPost("/", StartAsync);
        batches.MapGet("/", ListAsync);
        batches.MapGet("/{id}", ReadAsync);
        foreach (var action in Enum.GetValues<MigrationAction>())
        {
            batches.MapPost($"/{{id}}/{action.ToString().ToLowerInvariant()}", (
                string id, OperatorNote note, BatchOperator @operator, CancellationToken cancellationToken) =>
                ActAsync(action, id, note, @operator, cancellationToken));
        }
    }

    private static async Task<IResult> StartAsync(
        BatchCommand body, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey, BatchStarter starter, CancellationToken cancellationToken)
    {
        if (idempotencyKey is { Length: 0 or > MaxKeyLength })
        {
            return Problems.Invalid($"An Idempotency-Key has 1 to {MaxKeyLength} characters; this one has {idempotencyKey.Length}.");
        }

        var answer = await starter.StartAsync(body, idempotencyKey, cancellationToken);
        return !answer.IsGiven ? Problems.Of(answer.Refusal)
            : body.DryRun ? Results.Json(answer.Value)
            : Results.Accepted("/api/v1/batches", answer.Value);
    }

    private static async Task<IResult> ListAsync(
        BatchLog log, CancellationToken cancellationToken, int limit = Limits.DefaultPage, DateTimeOffset? before = null, BatchId? after = null)
    {
        if (Limits.Check(limit) is { } wrong)
        {
            return wrong;
        }

        var items = await log.ListAsync(limit, before, after, cancellationToken);
        var next = items.Length < limit ? null
            : $"/api/v1/batches?limit={limit}&before={Uri.EscapeDataString(items[^1].CreatedAt.ToString("O"))}&after={items[^1].Id}";
        return Results.Json(new Page<BatchRecord>(items, next));
    }

    private static async Task<IResult> ReadAsync(string id, BatchOperator @operator, CancellationToken cancellationToken)
    {
        var found = await @operator.FindAsync(id, cancellationToken);
        return found.IsGiven ? Results.Json(await @operator.ReadAsync(found.Value, cancellationToken)) : Problems.Of(found.Refusal);
    }

    private static async Task<IResult> ActAsync(
        MigrationAction action, string id, OperatorNote note, BatchOperator @operator, CancellationToken cancellationToken)
    {
        var found = await @operator.FindAsync(id, cancellationToken);
        if (!found.IsGiven)
        {
            return Problems.Of(found.Refusal);
        }

        var answer = await @operator.ActAsync(found.Value, action, note, cancellationToken);
        return Problems.JsonOr(answer);
    }
}
