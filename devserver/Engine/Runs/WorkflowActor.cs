namespace Idp.DevServer.Engine.Runs;

/// <summary>All runs of one workflow id; whoever holds its lock takes the id's next step.</summary>
internal sealed class WorkflowActor(string ns, string workflowId)
{
    public Lock Gate { get; } = new();

    public string Namespace { get; } = ns;

    public string WorkflowId { get; } = workflowId;

    public Dictionary<string, Run> Runs { get; } = [];

    /// <summary>The newest run; null when there is none.</summary>
    public string? CurrentRunId { get; set; }

    public bool IsCurrentKnown { get; set; }

    /// <summary>Completes when everything decided so far is on disk.</summary>
    public Task Committed { get; set; } = Task.CompletedTask;

    /// <summary>Left the directory; whoever still has it must look again.</summary>
    public bool IsRetired { get; set; }
}
