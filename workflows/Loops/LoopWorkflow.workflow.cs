using System.Collections.Immutable;
using System.Linq.Expressions;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Workflows.Batches;
using Idp.Workflows.Contracts;
using Idp.Workflows.Migrations;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.Workflows.Loops;

/// <summary>One turn of a control loop: collect, propose, arbitrate behind the policy gate, start what was decided.</summary>
/// <remarks>Started by a Temporal Schedule that skips overlaps. What it starts outlives it.</remarks>
[Workflow]
public sealed class LoopWorkflow
{
    [WorkflowRun]
    public async Task<LoopReport> RunAsync(LoopTick tick)
    {
        tick = tick with { Id = Workflow.Info.WorkflowId };
        var recovered = tick.Kind is LoopKind.Urgent ? [] : await RecoverAsync(tick);
        if (tick.Kind is LoopKind.Strategic)
        {
            await TryAsync(a => a.SweepStoresAsync(tick), "what lost migrations left in the stores");
            if (Workflow.Patched("foresight"))
            {
                await TryAsync(a => a.ForeseeAsync(tick), "foresight controller");
            }
        }

        if (tick.Kind is LoopKind.Planning)
        {
            await RunAsync(a => a.KeepHouseAsync(tick), "partitions and retention");
        }

        var collected = await RunAsync(a => a.CollectAsync(tick), "sensors");
        var step = new ProposeStep(tick, collected.SnapshotId);
        var placement = RunAsync(a => a.ProposePlacementAsync(step), "placement controller");

        // Ticks that were under way when this came are replayed without it.
        var complianceId = Workflow.Patched("compliance") ? (await RunAsync(a => a.ProposeComplianceAsync(step), "compliance controller")).ProposalsId : 0;
        var proposed = await placement;
        var decided = await RunAsync(
            a => a.ArbitrateAsync(new ArbitrateStep(tick, collected.SnapshotId, proposed.ProposalsId, complianceId)), "policy gate and arbiter");

        var started = new List<ObjectId>();
        foreach (var request in decided.Start)
        {
            if (await TryStartAsync(request))
            {
                started.Add(request.Object);
            }
        }

        if (tick.Kind is LoopKind.Strategic && Workflow.Patched("spend"))
        {
            await TryAsync(a => a.AccountAsync(step), "cost controller");
            await TryAsync(a => a.AdviseAsync(step), "replication and tiering controllers");
        }

        // Last, since looking takes seconds and nothing of this turn needs it.
        if (tick.Kind is LoopKind.Urgent && Workflow.Patched("load"))
        {
            await TryAsync(a => a.SenseLoadAsync(tick), "load of the regions");
        }

        return new LoopReport(collected, decided.Outcomes, [.. started], recovered, decided.Start.Length - started.Count);
    }

    private static async Task<ImmutableArray<ObjectId>> RecoverAsync(LoopTick tick)
    {
        var recovered = ImmutableArray.CreateBuilder<ObjectId>();
        foreach (var orphan in await RunAsync(a => a.FindOrphansAsync(tick), "migrations without a saga"))
        {
            if (await TryStartAsync(orphan))
            {
                recovered.Add(orphan.Object);
            }
        }

        // Ticks that were under way when this came are replayed without it.
        if (Workflow.Patched("orphaned-groups"))
        {
            var groups = await Workflow.ExecuteActivityAsync((IBatchActivities a) => a.FindOrphanedGroupsAsync(tick), Options("batches and evacuations without a workflow"));
            foreach (var batch in groups.Batches)
            {
                await GroupStarts.TryStartAsync(batch);
            }

            foreach (var evacuation in groups.Evacuations)
            {
                await GroupStarts.TryStartAsync(evacuation);
            }
        }

        return recovered.ToImmutable();
    }

    // What fails here is repeated by the next turn; placing objects neither waits for it nor fails with it.
    private static async Task TryAsync(Expression<Func<ILoopActivities, Task>> call, string summary)
    {
        try
        {
            await RunAsync(call, summary);
        }
        catch (ActivityFailureException failure) when (!TemporalException.IsCanceledException(failure))
        {
            // Its history, and the alert of a region that stays silent, say why.
        }
    }

    // The child's id is the mutual exclusion: one open change per object.
    private static async Task<bool> TryStartAsync(MigrationRequest request)
    {
        try
        {
            await Workflow.StartChildWorkflowAsync(
                (MigrationWorkflow workflow) => workflow.RunAsync(request),
                new()
                {
                    Id = MigrationRequest.WorkflowIdOf(request.Object),
                    TaskQueue = TaskQueues.Control,
                    TaskTimeout = TimeSpan.FromSeconds(5),
                    ParentClosePolicy = ParentClosePolicy.Abandon,
                    TypedSearchAttributes = IdpSearchAttributes.ForMigration(request.Object, request.Target),
                    StaticSummary = $"{request.Object} to {request.Target}",
                    StaticDetails = request.Reason,
                });
            return true;
        }
        catch (WorkflowAlreadyStartedException)
        {
            return false;
        }
    }

    private static ActivityOptions Options(string summary) => new()
    {
        StartToCloseTimeout = TimeSpan.FromMinutes(1),
        HeartbeatTimeout = ActivityProfile.HeartbeatTimeout,
        RetryPolicy = new() { InitialInterval = TimeSpan.FromSeconds(1), MaximumAttempts = 3 },
        Summary = summary,
    };

    private static Task RunAsync(Expression<Func<ILoopActivities, Task>> call, string summary) =>
        Workflow.ExecuteActivityAsync(call, Options(summary));

    private static Task<T> RunAsync<T>(Expression<Func<ILoopActivities, Task<T>>> call, string summary) =>
        Workflow.ExecuteActivityAsync(call, Options(summary));
}
