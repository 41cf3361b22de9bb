using Idp.Workflows.Contracts;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>How the catalog answers one evacuation.</summary>
internal sealed class EvacuationScript : Script
{
    public string? Refusal { get; set; }

    /// <summary>One answer a turn; without any, a turn waits until it is cancelled.</summary>
    public Queue<EvacuationAdvance> Turns { get; } = [];

    /// <summary>Whether a turn ends as if it had not been cancelled: the answer was on its way.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>What is under way when it is cancelled.</summary>
    public List<Core.BatchId> UnderWay { get; } = [];
}
