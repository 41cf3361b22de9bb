namespace Idp.DevServer.Engine.State;

/// <summary>A timer that has neither fired nor been cancelled.</summary>
internal sealed record TimerState(string TimerId, long StartedEventId, DateTimeOffset FireTime);
