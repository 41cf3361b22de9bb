namespace Idp.DevServer.Engine.State;

/// <summary>Names one run.</summary>
internal readonly record struct RunKey(string Namespace, string WorkflowId, string RunId);
