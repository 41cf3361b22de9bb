using System.Collections.Concurrent;
using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Workflows.Contracts;
using Idp.Workflows.Migrations;
using Microsoft.Extensions.Options;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace Idp.Activities.Actuators;

/// <summary>Cuts the batches of an evacuation, and knows from the catalog how far it has come.</summary>
internal sealed class EvacuationActivities(
    Catalog catalog,
    ControlSettings settings,
    EvacuationLog evacuations,
    BatchLog batches,
    TargetChooser chooser,
    IOptions<BatchOptions> options) : IEvacuationActivities
{
    // Long enough to keep the history short, short enough for a progress that people watch.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan IdlePeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestPace = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<EvacuationId, (long At, EvacuationCounts Counts)> _counted = new();

    private static CancellationToken Token => ActivityExecutionContext.Current.CancellationToken;

    [Activity]
    public async Task<EvacuationOpened> OpenEvacuationAsync(EvacuationRequest request)
    {
        var known = await evacuations.BeginAsync(request, Token);
        return new EvacuationOpened(
            known.Request.Id != request.Id ? $"evacuation {known.Request.Id} of {request.Region} runs already, asked for by {known.Request.RequestedBy}"
            : known.FinishedAt is not null ? $"evacuation {known.Request.Id} has ended: {known.EndedAs}"
            : null);
    }

    [Activity]
    public async Task<EvacuationAdvance> AdvanceEvacuationAsync(EvacuationRequest request)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (flying, alone) = await evacuations.ReadInFlightAsync(request.Id, Token);
            var pause = await settings.ReadPauseAsync(Token);
            var singles = pause is null
                ? await CutAsync(request, options.Value.MaxInFlight - flying.Length, options.Value.MaxAlone - alone.Length)
                : [];
            (flying, alone) = await evacuations.ReadInFlightAsync(request.Id, Token);
            var planned = flying.Where(batch => batch.IsPlanned).Select(batch => batch.Id).ToArray();
            var hasWaited = TimeProvider.System.GetElapsedTime(started) >= LongestWait;
            var isIdle = flying.Length == 0 && alone.IsEmpty;
            if (planned.Length > 0 || singles.Length > 0 || hasWaited || isIdle)
            {
                var counts = await CountAsync(request.Id, isExact: isIdle);
                var isDone = counts.Left == 0 && isIdle && singles.IsEmpty;
                if (isDone || planned.Length > 0 || singles.Length > 0 || hasWaited)
                {
                    return new EvacuationAdvance(
                        await RequestsAsync(planned),
                        singles,
                        counts,
                        flying.Length,
                        await EtaAsync(request.Id, counts),
                        pause is not null ? $"automation was paused by {pause.By}: {pause.Reason}"
                            : counts.Waiting > 0 ? $"{counts.Waiting} objects are held by other migrations, or by their grace" : null,
                        isDone);
                }
            }

            await Task.Delay(isIdle ? IdlePeriod : Period, TimeProvider.System, Token);
        }
    }

    [Activity]
    public async Task<ImmutableArray<BatchId>> EndEvacuationAsync(EvacuationEnd end)
    {
        var (flying, alone) = await evacuations.ReadInFlightAsync(end.Id, Token);
        await evacuations.EndAsync(end.Id, end.IsCancelled, Token);
        _counted.TryRemove(end.Id, out _);
        if (!end.IsCancelled)
        {
            return [];
        }

        var note = new OperatorNote(end.Id.Value, "the evacuation was cancelled");
        foreach (var single in alone)
        {
            await TryCancelAsync(single, note);
        }

        return [.. flying.Select(batch => batch.Id)];
    }

    private static async Task TryCancelAsync(ObjectId single, OperatorNote note)
    {
        try
        {
            await ActivityExecutionContext.Current.TemporalClient.GetWorkflowHandle<MigrationWorkflow>(MigrationRequest.WorkflowIdOf(single))
                .SignalAsync(saga => saga.CancelAsync(note), new() { Rpc = new() { CancellationToken = Token } });
        }
        catch (RpcException missing) when (missing.Code is RpcException.StatusCode.NotFound)
        {
            // It has ended, or has yet to be started again by the reconciler; its rows are safe either way.
        }
    }

    // The biggest groups first; what is left over waits for the next turn, and fuller batches.
    private async Task<ImmutableArray<MigrationRequest>> CutAsync(EvacuationRequest request, int room, int roomAlone)
    {
        if (room <= 0)
        {
            return [];
        }

        var limits = options.Value;
        var due = await evacuations.ListDueAsync(request.Id, limits.MaxEvacuationAttempts, Math.Min(room * limits.Size * 2, 10_000), Token);
        if (due.IsEmpty)
        {
            return [];
        }

        var datasets = (await catalog.ListDatasetsAsync(Token)).ToDictionary(dataset => dataset.Name);
        var regions = (await catalog.ListRegionsAsync(Token)).Select(region => region.Id).ToImmutableArray();
        var drains = await catalog.ListDrainsAsync(Token);
        var chosen = due
            .Select(record => (Record: record, Choice: chooser.Choose(
                datasets[record.Placement.Object.Dataset], record.Placement.Object, request.Region, request.Target, regions, drains)))
            .ToArray();
        var denials = chosen.Where(one => one.Choice.Target is null).Select(one => (one.Record.Placement.Object, one.Choice.Refusal!)).ToArray();
        if (denials.Length > 0)
        {
            await evacuations.DenyAsync(request.Id, denials, Token);
        }

        var reason = $"evacuation {request.Id} of {request.Region}: {request.Reason}";
        var groups = chosen
            .Where(one => one.Choice.Target is not null && one.Record.SizeBytes <= limits.MaxMemberBytes)
            .GroupBy(one => (one.Record.Placement.Object.Dataset, Target: one.Choice.Target!.Value))
            .SelectMany(group => group.Chunk(limits.Size).Select(chunk => (group.Key, Keys: chunk.Select(one => one.Record.Placement.Object.Key).ToArray())))
            .OrderByDescending(group => group.Keys.Length)
            .Take(room);
        foreach (var ((dataset, target), keys) in groups)
        {
            await evacuations.PlanAsync(
                request.Id, new BatchRequest(NewId(), dataset, request.Region, target, request.RequestedBy, reason), keys, Token);
        }

        var singles = chosen
            .Where(one => one.Choice.Target is not null && one.Record.SizeBytes > limits.MaxMemberBytes)
            .Take(Math.Max(0, roomAlone))
            .Select(one => new MigrationRequest(
                MigrationId.Parse($"m-{Guid.CreateVersion7():n}"), one.Record.Placement.Object, one.Choice.Target!.Value, request.RequestedBy, reason))
            .ToArray();
        var tried = ImmutableArray.CreateBuilder<MigrationRequest>();
        foreach (var single in singles)
        {
            if (await evacuations.TryAloneAsync(request.Id, single.Object, single.Id, Token))
            {
                tried.Add(single);
            }
        }

        return tried.ToImmutable();
    }

    // It costs a look at every object: while one batch is cut after the other, once in a while is enough.
    private async Task<EvacuationCounts> CountAsync(EvacuationId id, bool isExact)
    {
        if (!isExact && _counted.TryGetValue(id, out var last) && TimeProvider.System.GetElapsedTime(last.At) < LongestWait)
        {
            return last.Counts;
        }

        var counts = await evacuations.CountAsync(id, options.Value.MaxEvacuationAttempts, Token);
        _counted[id] = (TimeProvider.System.GetTimestamp(), counts);
        return counts;
    }

    // Ordered by time: the names of one evacuation's batches sort as they were cut.
    private static BatchId NewId() => BatchId.Parse($"b-{Guid.CreateVersion7():n}");

    private async Task<ImmutableArray<BatchRequest>> RequestsAsync(BatchId[] ids)
    {
        var requests = ImmutableArray.CreateBuilder<BatchRequest>();
        foreach (var id in ids)
        {
            requests.Add((await batches.FindAsync(id, Token))!.Request);
        }

        return requests.ToImmutable();
    }

    private async Task<TimeSpan?> EtaAsync(EvacuationId id, EvacuationCounts counts)
    {
        var started = (await evacuations.FindAsync(id, Token))!.StartedAt;
        var elapsed = TimeProvider.System.GetUtcNow() - started;
        return counts.Moved > 0 && elapsed > ShortestPace ? elapsed * counts.Left / counts.Moved : null;
    }
}
