namespace Idp.DevServer.Engine.Runs;

/// <summary>What a fact tells.</summary>
internal enum FactKind
{
    /// <summary>A signal with this request id was recorded.</summary>
    SignalRequest = 1,

    /// <summary>The update of this id was accepted by the event.</summary>
    UpdateAccepted = 2,

    /// <summary>The update of this id has its outcome in the event.</summary>
    UpdateCompleted = 3,
}
