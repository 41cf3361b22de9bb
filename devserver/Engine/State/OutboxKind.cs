namespace Idp.DevServer.Engine.State;

/// <summary>What is delivered.</summary>
internal enum OutboxKind
{
    StartChild = 1,
    SignalExternal = 2,
    CancelExternal = 3,
    ApplyParentClosePolicy = 4,
    TellParentOfClose = 5,
    CallBack = 6,
}
