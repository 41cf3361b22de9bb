using Temporalio.Workflows;

namespace Idp.Bench.Engine;

/// <summary>Stays open until it has been signalled so many times.</summary>
[Workflow]
public sealed class SignalledWorkflow
{
    private int _received;

    [WorkflowRun]
    public Task RunAsync(int expected) => Workflow.WaitConditionAsync(() => _received >= expected);

    [WorkflowSignal]
    public async Task AddAsync() => _received++;
}
