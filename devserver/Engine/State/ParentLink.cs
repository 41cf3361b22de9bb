namespace Idp.DevServer.Engine.State;

/// <summary>Who started a child.</summary>
internal sealed record ParentLink(string Namespace, string NamespaceId, string WorkflowId, string RunId, long InitiatedEventId);
