using Idp.Workflows.Contracts;
using Idp.Workflows.Loops;
using Temporalio.Client;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>One turn of a loop under test.</summary>
internal sealed class Tick
{
    private static int _count;

    private readonly IdpWorkers _workers;
    private readonly LoopKind _kind;

    public Tick(IdpWorkers workers, LoopKind kind = LoopKind.Urgent)
    {
        _workers = workers;
        _kind = kind;
        var id = $"loop/test/{Interlocked.Increment(ref _count)}";
        Script = workers.Loops.Script(id);
        Handle = workers.Client.GetWorkflowHandle<LoopWorkflow, LoopReport>(id);
    }

    public LoopScript Script { get; }

    public WorkflowHandle<LoopWorkflow, LoopReport> Handle { get; }

    private static RpcOptions Rpc => new() { CancellationToken = TestContext.Current.CancellationToken };

    public Task StartAsync() => _workers.Client.StartWorkflowAsync(
        (LoopWorkflow loop) => loop.RunAsync(new LoopTick(_kind, string.Empty)), new(Handle.Id, TaskQueues.Control) { Rpc = Rpc });

    public Task<LoopReport> ResultAsync() =>
        Handle.GetResultAsync(rpcOptions: Rpc).WaitAsync(Patience.Span, TestContext.Current.CancellationToken);

    public async Task<LoopReport> RunAsync()
    {
        await StartAsync();
        return await ResultAsync();
    }
}
