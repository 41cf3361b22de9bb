using Temporalio.Api.Common.V1;

namespace Idp.DevServer.Schedules.State;

/// <summary>A call to the engine that is decided and not yet known to be answered; after a crash it is made again.</summary>
/// <param name="RequestId">Makes repeating the call harmless.</param>
internal sealed record PendingCall(string RequestId, PendingCallKind Kind)
{
    /// <summary>What is started; only for a start.</summary>
    public BufferedStart? Start { get; init; }

    /// <summary>Later actions may overlap with it, so nobody waits for its end; only for a start.</summary>
    public bool IsOverlapping { get; init; }

    /// <summary>The run to end, by its first run id; only for cancelling and terminating.</summary>
    public WorkflowExecution? Target { get; init; }
}
