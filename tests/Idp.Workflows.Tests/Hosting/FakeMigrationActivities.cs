using System.Collections.Concurrent;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Workflows.Contracts;
using Temporalio.Activities;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>Answers every migration by its own script, so that all tests share two workers.</summary>
internal sealed class FakeMigrationActivities : IMigrationActivities
{
    private readonly ConcurrentDictionary<string, MigrationScript> _scripts = new();

    public MigrationScript Script(MigrationId id) => _scripts.GetOrAdd(id.Value, _ => new MigrationScript());

    [Activity]
    public async Task<BeginResult> BeginAsync(MigrationRequest request)
    {
        await Script(request.Id).PassAsync("Begin");
        return Script(request.Id).Begun;
    }

    [Activity]
    public async Task ClaimSlotAsync(MoveStep step)
    {
        Script(step.Migration).Enter(step);
        await Script(step.Migration).PassAsync("Claim", hearsCancellation: true);
    }

    [Activity]
    public Task PrepareAsync(MoveStep step) => PassAsync("Prepare", step);

    [Activity]
    public Task StartAsync(MoveStep step) => PassAsync("Start", step);

    [Activity]
    public async Task<CopyResult> CopyAsync(MoveStep step)
    {
        await PassAsync("Copy", step, hearsCancellation: true);
        return new CopyResult(1_000, 65_536);
    }

    [Activity]
    public async Task<VerifyResult> VerifyAsync(MoveStep step)
    {
        await PassAsync("Verify", step, hearsCancellation: true);
        return new VerifyResult(1_000, "profile: 1000 rows, equal");
    }

    [Activity]
    public async Task<SwitchResult> SwitchAsync(MoveStep step)
    {
        await PassAsync("Switch", step);
        Script(step.Migration).Commit(step);
        return new SwitchResult(12.5);
    }

    [Activity]
    public async Task<MoveOutcome> ResolveAsync(MoveStep step)
    {
        await PassAsync("Resolve", step);
        return Script(step.Migration).Outcome(step);
    }

    [Activity]
    public Task UndoAsync(MoveStep step) => PassAsync("Undo", step);

    [Activity]
    public Task OpenAsync(MoveStep step) => PassAsync("Open", step);

    [Activity]
    public Task FollowAsync(MoveStep step) => PassAsync("Follow", step, hearsCancellation: true);

    [Activity]
    public Task CleanUpAsync(MoveStep step) => PassAsync("CleanUp", step, hearsCancellation: true);

    [Activity]
    public Task ReserveUndoAsync(MoveStep step) => PassAsync("ReserveUndo", step with { IsUndo = false });

    [Activity]
    public Task ParkAsync(ParkStep step)
    {
        Script(step.Migration).Parked = step;
        return Script(step.Migration).PassAsync("Note Parked");
    }

    [Activity]
    public Task HoldAsync(HoldStep step) => Script(step.Migration).PassAsync(step.IsPaused ? "Hold" : "LetGo");

    [Activity]
    public async Task NoteAsync(MoveStep step)
    {
        Script(step.Migration).Quarantines |= step.Quarantines;
        await Script(step.Migration).PassAsync($"Note {step.Entered}");
    }

    private Task PassAsync(string name, MoveStep step, bool hearsCancellation = false)
    {
        Script(step.Migration).Enter(step);
        return Script(step.Migration).PassAsync(step.IsUndo ? $"{name} undo" : name, hearsCancellation);
    }
}
