using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Storage.Regions;
using Idp.Workflows;
using Idp.Workflows.Migrations;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.Api;

/// <summary>Starts migrations and finds those that run; what the API and the command line share.</summary>
public sealed class MigrationStarter(
    ITemporalClient temporal, Catalog catalog, MigrationLog migrations, RegionStores regions, TemporalLinks links)
{
    private const string MigrationMemo = "migration";

    /// <summary>An id for a new migration.</summary>
    /// <param name="seed">The same seed always gives the same id; null for a fresh one.</param>
    public static MigrationId NewId(string? seed = null) => MigrationId.Parse(seed is null
        ? $"m-{RandomNumberGenerator.GetHexString(12, lowercase: true)}"
        : $"m-k{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)))[..24]}");

    /// <summary>Starts the saga. Asking again with the same id starts nothing new and gives the same answer.</summary>
    public async Task<Answer<MigrationStart>> StartAsync(MigrationRequest request, CancellationToken cancellationToken)
    {
        if (await RefuseAsync(request, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var workflowId = MigrationRequest.WorkflowIdOf(request.Object);
        var start = new MigrationStart(request.Id, workflowId, links.ChangeOf(request.Object));
        if (await migrations.FindAsync(request.Id, cancellationToken) is { } earlier)
        {
            return earlier.Object == request.Object && earlier.Target == request.Target
                ? Answer.Of(start)
                : new Refusal(RefusalKind.Conflict, $"{request.Id} is the migration of {earlier.Object} to {earlier.Target} already; use another id or idempotency key.");
        }

        try
        {
            await temporal.StartWorkflowAsync(
                (MigrationWorkflow workflow) => workflow.RunAsync(request),
                new(workflowId, TaskQueues.Control)
                {
                    TaskTimeout = TimeSpan.FromSeconds(5),
                    IdConflictPolicy = WorkflowIdConflictPolicy.Fail,
                    TypedSearchAttributes = IdpSearchAttributes.ForMigration(request.Object, request.Target),
                    StaticSummary = $"{request.Object} to {request.Target}",
                    StaticDetails = request.Reason,
                    Memo = new Dictionary<string, object> { [MigrationMemo] = request.Id.Value },
                    Rpc = Rpc(cancellationToken),
                });
            return Answer.Of(start);
        }
        catch (WorkflowAlreadyStartedException)
        {
            var open = await OpenIdAsync(request.Object, workflowId, cancellationToken);
            return open == request.Id.Value
                ? Answer.Of(start)
                : new Refusal(RefusalKind.Conflict, $"{request.Object} is being migrated already, by {open}; wait for its end or cancel it (idp migration cancel {open}).");
        }
    }

    /// <summary>Finds a migration by its id, or an object's open one by <c>dataset/key</c>.</summary>
    public async Task<Answer<MigrationRecord>> FindAsync(string idOrObject, CancellationToken cancellationToken)
    {
        if (ObjectId.TryParse(idOrObject, CultureInfo.InvariantCulture, out var id))
        {
            return await migrations.FindOpenAsync(id, cancellationToken) is { } open
                ? Answer.Of(open)
                : new Refusal(RefusalKind.NotFound, $"Nothing migrates {id} now; 'idp get migrations' lists those that ended.");
        }

        if (!MigrationId.TryParse(idOrObject, CultureInfo.InvariantCulture, out var migration))
        {
            return new Refusal(RefusalKind.Invalid, $"'{idOrObject}' is neither a migration (m-…) nor an object (dataset/key).");
        }

        return await migrations.FindAsync(migration, cancellationToken) is { } found
            ? Answer.Of(found)
            : new Refusal(RefusalKind.NotFound, $"There is no migration {migration}; 'idp get migrations' lists them.");
    }

    private async Task<Refusal?> RefuseAsync(MigrationRequest request, CancellationToken cancellationToken)
    {
        if ((OneLine.CheckReason(request.Reason) ?? OneLine.CheckPerson(request.RequestedBy)) is { } unreadable)
        {
            return unreadable;
        }

        if (request.Priority is < MigrationRequest.MostUrgent or > MigrationRequest.LeastUrgent)
        {
            return new Refusal(
                RefusalKind.Invalid,
                $"Priority is {request.Priority}; expected {MigrationRequest.MostUrgent}, the most urgent, to {MigrationRequest.LeastUrgent}.");
        }

        if (!regions.Endpoints.Any(endpoint => endpoint.Region.Id == request.Target))
        {
            return new Refusal(
                RefusalKind.Invalid,
                $"Region '{request.Target}' is not configured; configured are {string.Join(", ", regions.Endpoints.Select(endpoint => endpoint.Region.Id))}.");
        }

        if (await catalog.FindObjectAsync(request.Object, cancellationToken) is not { } known)
        {
            return new Refusal(RefusalKind.NotFound, $"There is no object {request.Object}; 'idp get objects --dataset {request.Object.Dataset}' lists them.");
        }

        if (await migrations.FindAsync(request.Id, cancellationToken) is not null)
        {
            return null; // Asked again.
        }

        return known.Placement.Primary == request.Target
            ? new Refusal(RefusalKind.Conflict, $"{request.Object} is in {request.Target} already.")
            : await migrations.FindQuarantineAsync(request.Object.Dataset, known.Placement.Primary, request.Target, cancellationToken) is { } failed
                ? new Refusal(RefusalKind.Conflict, $"{failed.Because}.")
                : null;
    }

    // The saga notes itself in the catalog with its first activity; before that, only its workflow knows.
    private async Task<string> OpenIdAsync(ObjectId id, string workflowId, CancellationToken cancellationToken)
    {
        if (await migrations.FindOpenAsync(id, cancellationToken) is { } open)
        {
            return open.Id.Value;
        }

        try
        {
            var described = await temporal.GetWorkflowHandle(workflowId).DescribeAsync(new() { Rpc = Rpc(cancellationToken) });
            return described.Memo.TryGetValue(MigrationMemo, out var memo) ? await memo.ToValueAsync<string>() : workflowId;
        }
        catch (RpcException gone) when (gone.Code is RpcException.StatusCode.NotFound)
        {
            return workflowId;
        }
    }

    internal static RpcOptions Rpc(CancellationToken cancellationToken) => new() { CancellationToken = cancellationToken, Timeout = TimeSpan.FromSeconds(10) };
}
