namespace Idp.DevServer.Engine.Matching;

/// <summary>What a task asks of the worker.</summary>
internal enum MatchTaskKind
{
    Workflow,
    Activity,
    Query,
}
