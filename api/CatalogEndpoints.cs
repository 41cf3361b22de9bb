using System.Globalization;
using Idp.Core;
using Idp.Core.Decisions;
using Idp.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Idp.Api;

internal static class CatalogEndpoints
{
    public static void MapCatalog(this IEndpointRouteBuilder api)
    {
        api.MapGet("/objects", ListObjectsAsync);
        api.MapGet("/objects/{dataset}/{key}/why", ExplainAsync);
        api.MapGet("/objects/{dataset}/{key}/why-not/{region}", ExplainWhyNotAsync);
        api.MapGet("/regions", ListRegionsAsync);
        api.MapGet("/compliance", ReadComplianceAsync);
        api.MapGet("/advice", ReadAdviceAsync);
        api.MapGet("/operations", ReadOperationsAsync);
        api.MapGet("/spend", ReadSpendAsync);
        api.MapGet("/spend/focus", ExportSpendAsync);
        api.MapGet("/decisions", ListDecisionsAsync);
        api.MapGet("/decisions/{id:long}/replay", ReplayAsync);
    }

    private static async Task<IResult> ListObjectsAsync(
        Catalog catalog, CancellationToken cancellationToken, DatasetId? dataset = null, int limit = Limits.DefaultPage, ObjectId? after = null)
    {
        if (Limits.Check(limit) is { } wrong)
        {
            return wrong;
        }

        if (dataset is not null && after is { } other && other.Dataset != dataset)
        {
            return Problems.Invalid($"'after' is '{other}', which is not of dataset '{dataset}'.");
        }

        var records = await catalog.ListObjectsAsync(dataset, limit, dataset is null ? after?.ToString() : after?.Key, cancellationToken);
        var only = dataset is { } name ? $"&dataset={name}" : string.Empty;
        var next = records.Length < limit
            ? null
            : $"/api/v1/objects?limit={limit}{only}&after={Uri.EscapeDataString(records[^1].Placement.Object.ToString())}";
        return Results.Json(new Page<ObjectView>([.. records.Select(ObjectView.Of)], next));
    }

    private static async Task<IResult> ListRegionsAsync(RegionReader reader, CancellationToken cancellationToken) =>
        Results.Json(new Page<RegionView>(await reader.ReadAsync(cancellationToken), Next: null));

    private static async Task<IResult> ListDecisionsAsync(
        DecisionLog log, CancellationToken cancellationToken, int limit = Limits.DefaultPage, long? before = null)
    {
        if (Limits.Check(limit) is { } wrong)
        {
            return wrong;
        }

        var decisions = await log.ListAsync(limit, before, cancellationToken);
        var next = decisions.Length < limit ? null : $"/api/v1/decisions?limit={limit}&before={decisions[^1].Id}";
        return Results.Json(new Page<DecisionView>([.. decisions.Select(DecisionView.Of)], next));
    }

    private static Task<IResult> ExplainAsync(DatasetId dataset, string key, Explainer explainer, CancellationToken cancellationToken) =>
        OfObjectAsync(dataset, key, id => explainer.ExplainAsync(id, cancellationToken));

    private static Task<IResult> ExplainWhyNotAsync(
        DatasetId dataset, string key, RegionId region, Explainer explainer, CancellationToken cancellationToken) =>
        OfObjectAsync(dataset, key, id => explainer.ExplainWhyNotAsync(id, region, cancellationToken));

    private static async Task<IResult> ReadComplianceAsync(
        ComplianceReader reader, CancellationToken cancellationToken, int limit = Limits.DefaultPage)
    {
        if (Limits.Check(limit) is { } wrong)
        {
            return wrong;
        }

        var answer = await reader.ReadAsync(limit, cancellationToken);
        return Problems.JsonOr(answer);
    }

    private static async Task<IResult> ReadAdviceAsync(AdviceReader reader, CancellationToken cancellationToken, int limit = Limits.DefaultPage)
    {
        if (Limits.Check(limit) is { } wrong)
        {
            return wrong;
        }

        return Results.Json(new Page<Advice>(await reader.ReadAsync(limit, cancellationToken), Next: null));
    }

    private static async Task<IResult> ReadOperationsAsync(
        OperationReader reader, CancellationToken cancellationToken, DatasetId? dataset = null, int limit = Limits.DefaultPage) =>
        Limits.Check(limit) ?? Results.Json(new Page<OperationView>(await reader.ReadAsync(dataset, limit, cancellationToken), Next: null));

    private static async Task<IResult> ReadSpendAsync(SpendReader reader, CancellationToken cancellationToken, int limit = Limits.DefaultPage)
    {
        if (Limits.Check(limit) is { } wrong)
        {
            return wrong;
        }

        var answer = await reader.ReadAsync(limit, cancellationToken);
        return Problems.JsonOr(answer);
    }

    private static async Task<IResult> ExportSpendAsync(SpendReader reader, CancellationToken cancellationToken, DateOnly? from = null, DateOnly? to = null)
    {
        await using var csv = new StringWriter();
        var answer = await reader.ExportAsync(from, to, csv, cancellationToken);
        return answer.IsGiven ? Results.Text(csv.ToString(), "text/csv") : Problems.Of(answer.Refusal);
    }

    private static async Task<IResult> ReplayAsync(long id, Replayer replayer, CancellationToken cancellationToken)
    {
        var answer = await replayer.ReplayAsync(id, cancellationToken);
        return Problems.JsonOr(answer);
    }

    private static async Task<IResult> OfObjectAsync<T>(DatasetId dataset, string key, Func<ObjectId, Task<Answer<T>>> ask)
        where T : class
    {
        // Routing leaves an encoded slash as it is, since it could not tell it from a separator.
        var whole = key.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (!ObjectId.TryParse($"{dataset}/{whole}", CultureInfo.InvariantCulture, out var id))
        {
            return Problems.Invalid($"'{whole}' is not a placement key; expected 1 to {ObjectId.MaxKeyLength} characters.");
        }

        var answer = await ask(id);
        return Problems.JsonOr(answer);
    }
}
