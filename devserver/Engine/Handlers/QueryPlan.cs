using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Engine.State;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>How a query gets its answer.</summary>
internal sealed record QueryPlan(RunKey Key, string StickyQueue, string NormalQueue)
{
    /// <summary>The caller does not want an answer from a run in this state.</summary>
    public QueryWorkflowResponse? Rejected { get; init; }

    /// <summary>The run has not completed its first task; ask again after its next change.</summary>
    public Task? NotReady { get; init; }

    /// <summary>It rides on the workflow task that is due.</summary>
    public WaitingQuery? Waiting { get; init; }
}
