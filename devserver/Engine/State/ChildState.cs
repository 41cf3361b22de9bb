using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Engine.State;

/// <summary>A child from the command that asked for it to its end.</summary>
internal sealed class ChildState
{
    public required long InitiatedEventId { get; init; }

    public required string Namespace { get; init; }

    public required string WorkflowId { get; init; }

    public required string WorkflowType { get; init; }

    public required ParentClosePolicy ParentClosePolicy { get; init; }

    /// <summary>Makes a repeated delivery start it once.</summary>
    public required string RequestId { get; init; }

    public string RunId { get; set; } = string.Empty;

    /// <summary>0 until its start is known; buffered events have no number yet and count as started.</summary>
    public long StartedEventId { get; set; }

    public bool IsStarted => StartedEventId != 0;
}
