using System.Globalization;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Workflows.Batches;
using Idp.Workflows.Contracts;
using Temporalio.Client;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>One evacuation under test.</summary>
internal sealed class Evacuation
{
    private static int _count;

    private readonly IdpWorkers _workers;

    public Evacuation(IdpWorkers workers)
    {
        _workers = workers;
        var number = Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
        Request = new EvacuationRequest(
            EvacuationId.Parse($"e-{number}"), RegionId.Parse($"eu-west-{number}"), Target: null, DatasetId.Parse("users"), "ada", "users/* out of a flood");
        Script = workers.Evacuations.Script(Request.Id);
        Handle = workers.Client.GetWorkflowHandle<EvacuationWorkflow, EvacuationStatus>(EvacuationRequest.WorkflowIdOf(Request.Region));
    }

    public EvacuationRequest Request { get; }

    public EvacuationScript Script { get; }

    public WorkflowHandle<EvacuationWorkflow, EvacuationStatus> Handle { get; }

    private static RpcOptions Rpc => new() { CancellationToken = TestContext.Current.CancellationToken, Timeout = Patience.Span };

    public static EvacuationAdvance Turn(long left) => new([], [], new EvacuationCounts(0, 0, 0, left, 0, 0), 0, null, null, IsDone: false);

    public Task StartAsync() => _workers.Client.StartWorkflowAsync(
        (EvacuationWorkflow workflow) => workflow.RunAsync(new EvacuationStart(Request, false)),
        new(Handle.Id, TaskQueues.Control) { TypedSearchAttributes = IdpSearchAttributes.ForEvacuation(Request), Rpc = Rpc });

    public Task<EvacuationStatus> ResultAsync() =>
        Handle.GetResultAsync(rpcOptions: Rpc).WaitAsync(Patience.Span, TestContext.Current.CancellationToken);

    public Task<EvacuationStatus> UpdateAsync(string name) =>
        Handle.ExecuteUpdateAsync<EvacuationStatus>(name, [A.Note()], new() { Rpc = Rpc }).WaitAsync(Patience.Span, TestContext.Current.CancellationToken);
}
