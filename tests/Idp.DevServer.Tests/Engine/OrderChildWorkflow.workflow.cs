using Temporalio.Activities;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.DevServer.Tests.Engine;

/// <summary>Waits a little and echoes.</summary>
[Workflow("OrderChild")]
public sealed class OrderChildWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(string text)
    {
        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(10));
        return await Workflow.ExecuteActivityAsync(() => OrderActivities.Echo(text), new() { StartToCloseTimeout = TimeSpan.FromSeconds(5) });
    }
}
