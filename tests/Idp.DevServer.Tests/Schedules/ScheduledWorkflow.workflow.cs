using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.DevServer.Tests.Schedules;

/// <summary>Does as its input says, and tells what its predecessors left.</summary>
[Workflow("Scheduled")]
public sealed class ScheduledWorkflow
{
    private bool _isLetGo;

    [WorkflowRun]
    public async Task<string> RunAsync(string order)
    {
        var hasLast = Workflow.Info.LastResult?.Count > 0;
        var failure = Workflow.Info.LastFailure?.Message ?? "none";
        switch (order)
        {
            case "wait":
                await Workflow.WaitConditionAsync(() => _isLetGo);
                break;
            case "fail":
                throw new ApplicationFailureException("as ordered", nonRetryable: true);
            case "fail-second" when hasLast && failure == "none":
                throw new ApplicationFailureException("as ordered", nonRetryable: true);
        }

        return $"{hasLast}/{failure}";
    }

    [WorkflowSignal]
    public Task LetGoAsync()
    {
        _isLetGo = true;
        return Task.CompletedTask;
    }
}
