namespace Idp.DevServer.Schedules.State;

internal enum PendingCallKind
{
    Start,
    Cancel,
    Terminate,
}
