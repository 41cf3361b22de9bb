using Temporalio.Workflows;

namespace Idp.DevServer.Tests.Crash;

/// <summary>What the schedule starts.</summary>
[Workflow]
public sealed class TickWorkflow
{
    [WorkflowRun]
    public Task<string> RunAsync() => Task.FromResult(Workflow.Info.WorkflowId);
}
