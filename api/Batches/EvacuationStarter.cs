using System.Collections.Immutable;
using System.Security.Cryptography;
using Idp.Activities;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Storage.Regions;
using Idp.Workflows;
using Idp.Workflows.Batches;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Options;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.Api;

/// <summary>Starts evacuations, shows them and acts on them; what the API and the command line share.</summary>
public sealed class EvacuationStarter(
    ITemporalClient temporal, Catalog catalog, EvacuationLog evacuations, RegionStores regions, TargetChooser chooser, TemporalLinks links, IOptions<BatchOptions> options)
{
    private const int PageRows = 10_000;
    private const int MaxReason = 400; // The migrations' reasons name the evacuation too.
    private const int MaxDenied = 100;
    private const int MaxRemainders = 1_000;

    /// <summary>Drains the region and starts to empty it.</summary>
    public async Task<Answer<EvacuationView>> StartAsync(EvacuationCommand command, CancellationToken cancellationToken)
    {
        if (await CheckAsync(command, cancellationToken) is { } wrong)
        {
            return wrong;
        }

        var request = new EvacuationRequest(
            EvacuationId.Parse($"e-{RandomNumberGenerator.GetHexString(12, lowercase: true)}"),
            command.Region, command.To, command.Dataset, command.Operator, command.Reason);
        var open = await evacuations.BeginAsync(request, cancellationToken);
        if (open.Request.Id != request.Id)
        {
            return new Refusal(
                RefusalKind.Conflict,
                $"{command.Region} is being evacuated already by {open.Request.RequestedBy} ({open.Request.Id}); 'idp evacuate {command.Region} --status' shows it, --cancel ends it.");
        }

        try
        {
            await temporal.StartWorkflowAsync(
                (EvacuationWorkflow workflow) => workflow.RunAsync(new EvacuationStart(request, false)),
                new(EvacuationRequest.WorkflowIdOf(request.Region), TaskQueues.Control)
                {
                    TaskTimeout = TimeSpan.FromSeconds(5),
                    IdConflictPolicy = WorkflowIdConflictPolicy.Fail,
                    TypedSearchAttributes = IdpSearchAttributes.ForEvacuation(request),
                    StaticSummary = $"evacuate {request.Region}",
                    StaticDetails = request.Reason,
                    Rpc = MigrationStarter.Rpc(cancellationToken),
                });
        }
        catch (WorkflowAlreadyStartedException)
        {
            // The last one is still about to end; the reconciler starts this one after it.
        }

        return Answer.Of(await ViewAsync(open, cancellationToken));
    }

    /// <summary>What an evacuation would do, without doing anything.</summary>
    public async Task<Answer<EvacuationPlan>> PlanAsync(EvacuationCommand command, CancellationToken cancellationToken)
    {
        if (await CheckAsync(command, cancellationToken) is { } wrong)
        {
            return wrong;
        }

        var known = (await catalog.ListRegionsAsync(cancellationToken)).Select(region => region.Id).ToImmutableArray();
        var drains = await catalog.ListDrainsAsync(cancellationToken);
        var moves = new Dictionary<(RegionId To, DatasetId Dataset), List<ObjectRecord>>();
        var denied = new List<BatchDenial>();
        foreach (var dataset in (await catalog.ListDatasetsAsync(cancellationToken)).Where(dataset => command.Dataset is not { } only || dataset.Name == only))
        {
            for (var after = string.Empty; ;)
            {
                var page = await catalog.ListObjectsInAsync(command.Region, dataset.Name, PageRows, after, cancellationToken);
                foreach (var record in page)
                {
                    var (target, refusal) = chooser.Choose(dataset, record.Placement.Object, command.Region, command.To, known, drains);
                    if (target is { } to)
                    {
                        (moves.TryGetValue((to, dataset.Name), out var there) ? there : moves[(to, dataset.Name)] = []).Add(record);
                    }
                    else
                    {
                        denied.Add(new BatchDenial(record.Placement.Object, refusal!));
                    }
                }

                if (page.Length < PageRows)
                {
                    break;
                }

                after = page[^1].Placement.Object.Key;
            }
        }

        ImmutableArray<EvacuationTarget> targets =
        [
            .. moves.OrderBy(move => move.Key.To.Value, StringComparer.Ordinal).ThenBy(move => move.Key.Dataset.Value, StringComparer.Ordinal).Select(move => TargetOf(move.Key, move.Value)),
        ];
        return Answer.Of(new EvacuationPlan(
            command.Region, targets.Sum(target => target.Objects), targets.Sum(target => target.Rows), targets.Sum(target => target.SizeBytes), targets.Sum(target => target.Batches),
            targets, [.. denied.Take(MaxDenied)], denied.Count));
    }

    /// <summary>The region's newest evacuation, running or not.</summary>
    public async Task<Answer<EvacuationView>> FindAsync(RegionId region, CancellationToken cancellationToken) =>
        await evacuations.FindLastAsync(region, cancellationToken) is { } last
            ? Answer.Of(await ViewAsync(last, cancellationToken))
            : new Refusal(RefusalKind.NotFound, $"{region} was never evacuated.");

    /// <summary>Acts on the region's running evacuation; the workflow's validator decides whether it may.</summary>
    public async Task<Answer<EvacuationStatus>> ActAsync(RegionId region, EvacuationAction action, OperatorNote note, CancellationToken cancellationToken) =>
        OneLine.CheckNote(note) is { } unreadable ? unreadable
        : await evacuations.FindLastAsync(region, cancellationToken) is not { FinishedAt: null }
            ? new Refusal(RefusalKind.Conflict, $"No evacuation of {region} is running.{(action is EvacuationAction.Cancel ? $" 'idp region open {region}' lifts its drain." : string.Empty)}")
            : await SagaCalls.UpdateAsync<EvacuationStatus>(
                temporal.GetWorkflowHandle(EvacuationRequest.WorkflowIdOf(region)), action.ToString(), note, $"the evacuation of {region}", cancellationToken);

    /// <summary>Lets a drained region take objects again.</summary>
    public async Task<Answer<RegionOpened>> OpenAsync(RegionId region, CancellationToken cancellationToken) =>
        await evacuations.FindLastAsync(region, cancellationToken) is { FinishedAt: null } running
            ? new Refusal(RefusalKind.Conflict, $"{region} is being evacuated ({running.Request.Id}); cancel that first (idp evacuate {region} --cancel).")
            : Answer.Of(new RegionOpened(region, await catalog.LiftDrainAsync(region, cancellationToken)));

    private async Task<EvacuationView> ViewAsync(EvacuationRecord record, CancellationToken cancellationToken) => new(
        record,
        await evacuations.CountAsync(record.Request.Id, options.Value.MaxEvacuationAttempts, cancellationToken),
        await evacuations.ListRemaindersAsync(record.Request.Id, MaxRemainders, cancellationToken),
        record.FinishedAt is null
            ? await SagaCalls.StatusAsync<EvacuationStatus>(temporal.GetWorkflowHandle(EvacuationRequest.WorkflowIdOf(record.Request.Region)), cancellationToken)
            : null,
        links.Of(EvacuationRequest.WorkflowIdOf(record.Request.Region)));

    private EvacuationTarget TargetOf((RegionId To, DatasetId Dataset) key, List<ObjectRecord> records)
    {
        var alone = records.Count(record => record.SizeBytes > options.Value.MaxMemberBytes);
        return new EvacuationTarget(
            key.To, key.Dataset, records.Count, records.Sum(record => record.RowCount), records.Sum(record => record.SizeBytes),
            (records.Count - alone + options.Value.Size - 1) / options.Value.Size, alone);
    }

    private async Task<Refusal?> CheckAsync(EvacuationCommand command, CancellationToken cancellationToken)
    {
        if ((OneLine.CheckReason(command.Reason, MaxReason) ?? OneLine.CheckPerson(command.Operator)) is { } unreadable)
        {
            return unreadable;
        }

        RegionId[] named = command.To is { } to ? [command.Region, to] : [command.Region];
        foreach (var region in named.Where(region => !regions.Endpoints.Any(endpoint => endpoint.Region.Id == region)))
        {
            return new Refusal(RefusalKind.Invalid, $"Region '{region}' is not configured; configured are {string.Join(", ", regions.Endpoints.Select(endpoint => endpoint.Region.Id))}.");
        }

        return command.To == command.Region ? new Refusal(RefusalKind.Invalid, $"{command.Region} cannot be evacuated to itself.")
            : command.Dataset is { } dataset && await catalog.FindDatasetAsync(dataset, cancellationToken) is null ? new Refusal(RefusalKind.NotFound, $"There is no dataset {dataset}.")
            : null;
    }
}
