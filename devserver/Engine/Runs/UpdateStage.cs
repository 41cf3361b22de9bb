namespace Idp.DevServer.Engine.Runs;

/// <summary>How far an update has come.</summary>
internal enum UpdateStage
{
    Admitted,
    Sent,
    Accepted,
    Completed,
}
