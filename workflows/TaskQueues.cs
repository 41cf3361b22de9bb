namespace Idp.Workflows;

/// <summary>The task queues of the control plane.</summary>
public static class TaskQueues
{
    /// <summary>Loops, sagas and their short activities.</summary>
    public const string Control = "idp-control";

    /// <summary>Copies and the reverse streams of grace: long activities that must not keep short ones waiting.</summary>
    public const string Movers = "idp-movers";
}
