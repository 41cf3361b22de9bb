namespace Idp.DevServer.Engine.Matching;

/// <summary>Comings and goings at one priority of a queue.</summary>
internal sealed class TaskLevel
{
    public TaskRate Adds { get; } = new();

    public TaskRate Dispatches { get; } = new();
}
