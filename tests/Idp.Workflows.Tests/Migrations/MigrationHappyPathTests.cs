using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Idp.Workflows.Tests.Hosting;
using Temporalio.Api.Sdk.V1;
using Temporalio.Exceptions;

namespace Idp.Workflows.Tests.Migrations;

public sealed class MigrationHappyPathTests(DevelopmentServer server)
{
    private static readonly string[] AllSteps =
        ["Begin", "Prepare", "Start", "Copy", "Verify", "Switch", "Resolve", "Open", "Follow", "CleanUp"];

    [Fact]
    public async Task Run_NothingFails_TakesEveryStepInOrder()
    {
        var saga = Saga.New(server.Workers);

        var status = await saga.RunAsync();

        Assert.Equal(AllSteps, saga.Script.Steps);
        Assert.Equal(["Preparing", "Capturing", "Copying", "Verifying", "Switching", "Grace", "CleaningUp", "Done"], saga.Script.Phases);
        Assert.Equal(
            new MigrationStatus(
                saga.Request.Id, saga.Request.Object, A.Source, A.Target, MigrationPhase.Done,
                RowCount: 1_000, SizeBytes: 65_536, Verification: "profile: 1000 rows, equal", WritePauseMs: 12.5),
            status);
    }

    [Fact]
    public async Task Begin_Refuses_FailsWithTheReasonAndTouchesNothing()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Begun = saga.Script.Begun with { Source = null, Refusal = "another change is open" };

        var status = await saga.RunAsync();

        Assert.Equal((MigrationPhase.Failed, "another change is open"), (status.Phase, status.LastError));
        Assert.Equal(["Begin"], saga.Script.Steps);
        Assert.DoesNotContain("Failed", saga.Script.Phases); // The row of that name may be another request's.
    }

    [Fact]
    public async Task Begin_KeepsFailing_FailsTheWorkflowAndTouchesNothing()
    {
        var saga = Saga.New(server.Workers);
        saga.Script.Refuse("Begin", "no catalog");

        await Assert.ThrowsAsync<WorkflowFailedException>(saga.RunAsync);

        // Whether the object was claimed is unknown here; the reconciler reads it from the catalog.
        Assert.Equal(["Begin"], saga.Script.Calls);
    }

    [Theory]
    [InlineData("Prepare", MigrationPhase.Preparing)]
    [InlineData("Start", MigrationPhase.Capturing)]
    [InlineData("Copy", MigrationPhase.Copying)]
    [InlineData("Verify", MigrationPhase.Verifying)]
    [InlineData("Switch", MigrationPhase.Switching)]
    [InlineData("Follow", MigrationPhase.Grace)]
    [InlineData("CleanUp", MigrationPhase.CleaningUp)]
    public async Task Phase_WhileAStepRuns_IsSeenByQuerySearchAttributeAndDetails(string step, MigrationPhase phase)
    {
        var saga = Saga.New(server.Workers);
        await saga.StartAndHoldAsync(step);

        var status = await saga.StatusAsync();
        var described = await saga.Handle.DescribeAsync();
        var metadata = await saga.Handle.QueryAsync<WorkflowMetadata>("__temporal_workflow_metadata", []);
        saga.Script.Release(step);
        var ended = await saga.ResultAsync();
        var closed = await saga.Handle.DescribeAsync();

        Assert.Equal(phase, status.Phase);
        Assert.Equal(phase.ToString(), described.TypedSearchAttributes.Get(IdpSearchAttributes.Phase));
        Assert.Equal(saga.Request.Object.ToString(), described.TypedSearchAttributes.Get(IdpSearchAttributes.Object));
        Assert.Equal($"{phase}: {saga.Request.Object} from us-east-1 to eu-west-1. 42 ms nearer", metadata.CurrentDetails);
        Assert.Equal(MigrationPhase.Done, ended.Phase);
        Assert.Equal("Done", closed.TypedSearchAttributes.Get(IdpSearchAttributes.Phase));
        Assert.Equal(ended, await saga.StatusAsync());
    }

    [Fact]
    public async Task Start_AnotherChangeOfTheObjectIsOpen_IsRefusedByItsId()
    {
        var first = Saga.New(server.Workers);
        await first.StartAndHoldAsync("Copy");
        var second = new Saga(server.Workers, A.Request() with { Object = first.Request.Object });

        await Assert.ThrowsAsync<WorkflowAlreadyStartedException>(second.StartAsync);
        first.Script.Release("Copy");
        await first.ResultAsync();

        Assert.Empty(second.Script.Calls);
    }
}
