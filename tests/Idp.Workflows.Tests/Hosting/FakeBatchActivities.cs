using System.Collections.Concurrent;
using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Temporalio.Activities;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>Answers every batch by its own script.</summary>
internal sealed class FakeBatchActivities : IBatchActivities
{
    private readonly ConcurrentDictionary<string, BatchScript> _scripts = new();

    public BatchScript Script(BatchId id) => _scripts.GetOrAdd(id.Value, _ => new BatchScript());

    /// <summary>What the reconciler finds, once.</summary>
    public ConcurrentQueue<OrphanedGroups> Orphans { get; } = [];

    [Activity]
    public async Task<BatchSlot> TakeBatchSlotAsync(BatchRequest request)
    {
        await Script(request.Id).PassAsync("TakeSlot");
        return Script(request.Id).Slots.TryDequeue(out var slot) ? slot : new BatchSlot(null, TimeSpan.Zero);
    }

    [Activity]
    public async Task<BatchBegun> BeginBatchAsync(BatchRequest request)
    {
        await Script(request.Id).PassAsync("Begin");
        return Script(request.Id).Begun;
    }

    [Activity]
    public Task<BatchProgress> PrepareBatchAsync(BatchStep step) => PassAsync("Prepare", step);

    [Activity]
    public Task<BatchProgress> StartBatchAsync(BatchStep step) => PassAsync("Start", step);

    [Activity]
    public Task<BatchProgress> CopyBatchAsync(BatchStep step) => PassAsync("Copy", step);

    [Activity]
    public Task<BatchProgress> VerifyBatchAsync(BatchStep step) => PassAsync("Verify", step);

    [Activity]
    public Task<BatchProgress> SwitchBatchAsync(BatchStep step) => PassAsync("Switch", step);

    [Activity]
    public async Task<BatchSettled> SettleBatchAsync(BatchStep step)
    {
        var script = Script(step.Batch);
        await script.PassAsync(Name("Settle", step));
        return step.IsUndo ? script.Undone() : script.Settled.TryDequeue(out var settled) ? settled : new BatchSettled([1, 2, 3], 0, 0);
    }

    [Activity]
    public Task FollowBatchAsync(BatchStep step) => Script(step.Batch).PassAsync("Follow");

    [Activity]
    public async Task ReserveBatchUndoAsync(BatchUndo undo)
    {
        await Script(undo.Batch).PassAsync($"ReserveUndo {string.Join(' ', undo.Ordinals)}");
        Script(undo.Batch).Undo(undo.Ordinals);
    }

    [Activity]
    public async Task<BatchProgress> CleanUpBatchAsync(BatchStep step)
    {
        await Script(step.Batch).PassAsync(Name("CleanUp", step));
        return Script(step.Batch).Progress.GetValueOrDefault(Name("CleanUp", step)) ?? new BatchProgress(0, 0);
    }

    [Activity]
    public Task EndBatchAsync(BatchEnd end)
    {
        Script(end.Batch).EndedBecause = end.Refusal;
        return Script(end.Batch).PassAsync("End");
    }

    [Activity]
    public Task<OrphanedGroups> FindOrphanedGroupsAsync(LoopTick tick) =>
        Task.FromResult(Orphans.TryDequeue(out var found) ? found : new OrphanedGroups(ImmutableArray<BatchRequest>.Empty, []));

    private async Task<BatchProgress> PassAsync(string name, BatchStep step)
    {
        await Script(step.Batch).PassAsync(Name(name, step), hearsCancellation: true);
        return Script(step.Batch).Progress.GetValueOrDefault(Name(name, step)) ?? new BatchProgress(3, 0);
    }

    private static string Name(string name, BatchStep step) => name + (step.IsUndo ? " undo" : string.Empty) + (step.MustEnd ? " all" : string.Empty);
}
