using Temporalio.Workflows;

namespace Idp.Bench.Engine;

/// <summary>The least that shows a whole engine: one activity, then done.</summary>
[Workflow]
public sealed class StepWorkflow
{
    [WorkflowRun]
    public Task RunAsync() => Workflow.ExecuteActivityAsync(
        (StepActivities step) => step.Step(), new() { StartToCloseTimeout = TimeSpan.FromMinutes(2) });
}
