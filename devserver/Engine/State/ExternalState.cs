namespace Idp.DevServer.Engine.State;

/// <summary>A signal or a cancellation on its way to another workflow.</summary>
internal sealed record ExternalState(long InitiatedEventId, string RequestId);
