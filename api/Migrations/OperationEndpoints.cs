using Idp.Storage;
using Idp.Workflows.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Idp.Api.Migrations;

/// <summary>What needs an operator: alerts, quarantines, and what the reconciler did.</summary>
internal static class OperationEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder api)
    {
        api.MapGet("/alerts", ListAlertsAsync);
        api.MapGet("/quarantines", ListQuarantinesAsync);
        api.MapPost("/quarantines/{id:long}/lift", LiftAsync);
        api.MapGet("/reconciliations", ListReconciliationsAsync);
    }

    private static async Task<IResult> ListAlertsAsync(
        AlertLog alerts, CancellationToken cancellationToken, bool all = false, int limit = Limits.DefaultPage) =>
        Limits.Check(limit) ?? Results.Json(new Page<AlertRecord>(await alerts.ListAsync(onlyOpen: !all, limit, cancellationToken), Next: null));

    private static async Task<IResult> ListQuarantinesAsync(
        MigrationLog migrations, CancellationToken cancellationToken, bool all = false, int limit = Limits.DefaultPage) =>
        Limits.Check(limit) ?? Results.Json(new Page<QuarantineRecord>(await migrations.ListQuarantineAsync(onlyOpen: !all, limit, cancellationToken), Next: null));

    private static async Task<IResult> LiftAsync(long id, OperatorNote note, QuarantineLifter lifter, CancellationToken cancellationToken)
    {
        var lifted = await lifter.LiftAsync(id, note, cancellationToken);
        return lifted.IsGiven ? Results.Json(lifted.Value) : Problems.Of(lifted.Refusal);
    }

    private static async Task<IResult> ListReconciliationsAsync(
        ReconciliationLog log, CancellationToken cancellationToken, int limit = Limits.DefaultPage) =>
        Limits.Check(limit) ?? Results.Json(new Page<ReconciliationRecord>(await log.ListAsync(limit, cancellationToken), Next: null));
}
