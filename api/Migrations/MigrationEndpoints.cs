using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Idp.Api.Migrations;

internal static class MigrationEndpoints
{
    private const int MaxKeyLength = 200;

    public static void MapMigrations(this IEndpointRouteBuilder api)
    {
        var migrations = api.MapGroup("/migrations");
        migrations.MapPost("/", StartAsync);
        migrations.MapGet("/", ListAsync);
        migrations.MapGet("/{id}", ReadAsync);
        foreach (var action in Enum.GetValues<MigrationAction>())
        {
            migrations.MapPost($"/{{id}}/{action.ToString().ToLowerInvariant()}", (
                string id, OperatorNote note, MigrationStarter starter, MigrationOperator @operator, CancellationToken cancellationToken) =>
                ActAsync(action, id, note, starter, @operator, cancellationToken));
        }
    }

    private static async Task<IResult> StartAsync(
        MigrationCommand body,
        [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey,
        MigrationStarter starter,
        CancellationToken cancellationToken)
    {
        if (idempotencyKey is { Length: 0 or > MaxKeyLength })
        {
            return Problems.Invalid($"An Idempotency-Key has 1 to {MaxKeyLength} characters; this one has {idempotencyKey.Length}.");
        }

        var request = new MigrationRequest(
            MigrationStarter.NewId(idempotencyKey), body.Object, body.To, body.Operator, body.Reason, DecisionId: null, body.NeedsApproval, body.Priority);
        var answer = await starter.StartAsync(request, cancellationToken);
        return answer.IsGiven ? Results.Accepted($"/api/v1/migrations/{answer.Value.MigrationId}", answer.Value) : Problems.Of(answer.Refusal);
    }

    private static async Task<IResult> ListAsync(
        MigrationLog log, CancellationToken cancellationToken, int limit = Limits.DefaultPage, DateTimeOffset? before = null, MigrationId? after = null)
    {
        if (Limits.Check(limit) is { } wrong)
        {
            return wrong;
        }

        var items = await log.ListAsync(limit, before, after, cancellationToken);
        var next = items.Length < limit ? null
            : $"/api/v1/migrations?limit={limit}&before={Uri.EscapeDataString(items[^1].StartedAt.ToString("O"))}&after={items[^1].Id}";
        return Results.Json(new Page<MigrationRecord>(items, next));
    }

    private static async Task<IResult> ReadAsync(
        string id, MigrationStarter starter, MigrationReader reader, CancellationToken cancellationToken)
    {
        var found = await starter.FindAsync(id, cancellationToken);
        return found.IsGiven ? Results.Json(await reader.ReadAsync(found.Value, cancellationToken)) : Problems.Of(found.Refusal);
    }

    private static async Task<IResult> ActAsync(
        MigrationAction action, string id, OperatorNote note, MigrationStarter starter, MigrationOperator @operator, CancellationToken cancellationToken)
    {
        var found = await starter.FindAsync(id, cancellationToken);
        if (!found.IsGiven)
        {
            return Problems.Of(found.Refusal);
        }

        var answer = await @operator.ActAsync(found.Value, action, note, cancellationToken);
        return Problems.JsonOr(answer);
    }
}
