using Idp.Core;
using Idp.Core.Migrations;
using Idp.Workflows.Batches;
using Idp.Workflows.Contracts;
using Temporalio.Client;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>One batch under test: its script, and what an operator can do to it by the names on the wire.</summary>
internal sealed class BatchSaga(IdpWorkers workers, BatchRequest request)
{
    private static int _count;

    public BatchRequest Request => request;

    public BatchScript Script { get; } = workers.Batches.Script(request.Id);

    public WorkflowHandle<BatchWorkflow, BatchStatus> Handle { get; private set; } =
        workers.Client.GetWorkflowHandle<BatchWorkflow, BatchStatus>(BatchRequest.WorkflowIdOf(request.Id));

    private static RpcOptions Rpc => new() { CancellationToken = TestContext.Current.CancellationToken, Timeout = Patience.Span };

    public static BatchSaga New(IdpWorkers workers, bool needsApproval = false)
    {
        // The dataset is named so that a recorded history shows whose objects travelled.
        var id = BatchId.Parse($"b-{Interlocked.Increment(ref _count)}");
        return new BatchSaga(workers, new BatchRequest(id, DatasetId.Parse("users"), A.Source, A.Target, "ada", "users/* nearer", needsApproval));
    }

    public async Task StartAsync() => Handle = await workers.Client.StartWorkflowAsync(
        (BatchWorkflow saga) => saga.RunAsync(request),
        new(Handle.Id, TaskQueues.Control) { TypedSearchAttributes = IdpSearchAttributes.ForBatch(request), Rpc = Rpc });

    public async Task<BatchStatus> RunAsync()
    {
        await StartAsync();
        return await ResultAsync();
    }

    /// <summary>Starts it and waits until a step is held there.</summary>
    public async Task StartAndHoldAsync(string step)
    {
        Script.Hold(step);
        await StartAsync();
        await Script.ReachedAsync(step);
    }

    public Task<BatchStatus> ResultAsync() =>
        Handle.GetResultAsync(rpcOptions: Rpc).WaitAsync(Patience.Span, TestContext.Current.CancellationToken);

    public Task<BatchStatus> StatusAsync() => Handle.QueryAsync(saga => saga.Status, new() { Rpc = Rpc });

    public Task<BatchStatus> UpdateAsync(string name) =>
        Handle.ExecuteUpdateAsync<BatchStatus>(name, [A.Note()], new() { Rpc = Rpc }).WaitAsync(Patience.Span, TestContext.Current.CancellationToken);

    public Task<BatchStatus> RevertMemberAsync(int ordinal) =>
        Handle.ExecuteUpdateAsync<BatchStatus>("RevertMember", [new MemberNote(request.Id.Member(ordinal), "ada", "CHG-42")], new() { Rpc = Rpc })
            .WaitAsync(Patience.Span, TestContext.Current.CancellationToken);
}
