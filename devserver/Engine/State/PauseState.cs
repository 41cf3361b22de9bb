namespace Idp.DevServer.Engine.State;

/// <summary>Who paused a workflow or an activity, when and why.</summary>
internal sealed record PauseState(string Identity, string Reason, DateTimeOffset Time, string RequestId = "");
