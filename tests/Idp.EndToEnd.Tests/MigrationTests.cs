using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Workflows.Contracts;
using Idp.Workflows.Migrations;
using Temporalio.Client;
using Temporalio.Exceptions;
using static Idp.EndToEnd.Tests.LocalPlaneFixture;

namespace Idp.EndToEnd.Tests;

/// <summary>The saga on real stores, through real worker processes that die.</summary>
public sealed class MigrationTests(LocalPlaneFixture world) : IClassFixture<LocalPlaneFixture>
{
    [Fact]
    public async Task Migrate_SmallObject_MovesVerifiedAndLeavesNothingBehind()
    {
        world.Demand();
        var before = await world.DigestAsync(East, "small");

        var status = await (await world.StartAsync("m-small", "small", Ireland)).GetResultAsync();

        Assert.Equal((MigrationPhase.Done, 60L), (status.Phase, status.RowCount));
        Assert.Contains("60 rows are equal", status.Verification, StringComparison.Ordinal);
        Assert.Equal(before, await world.DigestAsync(Ireland, "small"));
        Assert.Equal(0, await world.CountAsync(East, "small"));
        var record = await world.Migrations.FindAsync(status.Id, TestContext.Current.CancellationToken);
        Assert.True(record is { IsVerified: true, Phase: MigrationPhase.Done });
    }

    [Fact]
    public async Task WorkerKilled_InTheMiddleOfACopy_SagaResumesAndCompletes()
    {
        world.Demand();
        var before = await world.DigestAsync(East, "large");
        var saga = await world.StartAsync("m-large", "large", Mumbai);

        // Some of the rows are there, and not all.
        await UntilAsync("a first chunk", async () => await world.CountAsync(Mumbai, "large") > 0);
        var restarts = world.Plane.Worker.Restarts;
        world.Plane.Worker.Kill();
        var copied = await world.CountAsync(Mumbai, "large");
        var status = await saga.GetResultAsync();

        Assert.True(copied < 150_000, "the worker was killed too late to prove anything");
        Assert.True(world.Plane.Worker.Restarts > restarts);
        Assert.Equal((MigrationPhase.Done, 150_000L), (status.Phase, status.RowCount));
        Assert.Equal(before, await world.DigestAsync(Mumbai, "large"));
        Assert.Equal(0, await world.CountAsync(East, "large"));
    }

    [Fact]
    public async Task VerificationFails_ObjectIsBackExactlyAsBefore()
    {
        world.Demand();
        var before = await world.DigestAsync(East, "spoiled");

        // The target's own doing, after it has answered that it stores what it was sent.
        await world.AskAsync(Ireland, """
            CREATE FUNCTION public.spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                UPDATE profile SET body = 'spoiled' WHERE user_id = NEW.user_id AND item = NEW.item; RETURN NULL; END $$;
            CREATE TRIGGER idp_planted AFTER INSERT ON profile FOR EACH ROW WHEN (NEW.user_id = 'spoiled' AND NEW.item = 17) EXECUTE FUNCTION public.spoil();
            """);
        var status = await (await world.StartAsync("m-spoiled", "spoiled", Ireland)).GetResultAsync();

        Assert.Equal(MigrationPhase.Failed, status.Phase);
        Assert.Contains("users/spoiled differs between us-east-1 and eu-west-1", status.LastError, StringComparison.Ordinal);
        Assert.Equal(before, await world.DigestAsync(East, "spoiled"));
        Assert.Equal(0, await world.CountAsync(Ireland, "spoiled"));
        var row = await world.Plane.Stores.Get(East, East).ReadAsync(status.Object, TestContext.Current.CancellationToken);
        Assert.Equal((OwnershipState.Owned, OwnershipTransitions.BirthEpoch, 0L), (row.State, row.OwnerEpoch, row.MoveEpoch));
        Assert.Empty(row.Subscribers);
    }

    [Fact]
    public async Task Revert_DuringGrace_BringsTheObjectBack()
    {
        world.Demand();
        var before = await world.DigestAsync(East, "revert");
        var saga = await world.StartAsync("m-revert", "revert", Ireland);
        await UntilAsync("grace", async () => (await saga.QueryAsync(workflow => workflow.Status)).Phase is MigrationPhase.Grace);

        await saga.ExecuteUpdateAsync(workflow => workflow.RevertUpdateAsync(new OperatorNote("ada", "closer was wrong")));
        var status = await saga.GetResultAsync();

        Assert.True(status is { IsReverted: true, Phase: MigrationPhase.RolledBack });
        Assert.Equal(before, await world.DigestAsync(East, "revert"));
        Assert.Equal(0, await world.CountAsync(Ireland, "revert"));
    }

    [Fact]
    public async Task Terminated_ByHand_IsFoundAndResolved()
    {
        world.Demand();
        var saga = await world.StartAsync("m-gated", "gated", Ireland, needsApproval: true);
        await UntilAsync("approval", async () => (await saga.QueryAsync(workflow => workflow.Status)).Phase is MigrationPhase.AwaitingApproval);
        await saga.TerminateAsync("a test's hand");

        // The reconciler starts it anew under the same id; its approval is asked for again, not forgotten.
        await UntilAsync("a new saga", async () => (await world.Temporal.GetWorkflowHandle(saga.Id).DescribeAsync()).RunId != saga.ResultRunId);
        var again = world.Temporal.GetWorkflowHandle<MigrationWorkflow, MigrationStatus>(saga.Id);
        await UntilAsync("approval again", async () => (await again.QueryAsync(workflow => workflow.Status)).Phase is MigrationPhase.AwaitingApproval);
        await UntilAsync("a rejection that is accepted", async () =>
        {
            try
            {
                await again.ExecuteUpdateAsync(workflow => workflow.RejectUpdateAsync(new OperatorNote("ada", "not today")));
                return true;
            }
            catch (WorkflowUpdateFailedException)
            {
                return false; // The new run had not come as far yet when it was asked.
            }
        });
        var status = await again.GetResultAsync();

        Assert.Equal((MigrationPhase.RolledBack, "rejected by ada: not today"), (status.Phase, status.LastError));
    }
}
