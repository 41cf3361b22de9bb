namespace Idp.DevServer.Tests.Differential;

/// <summary>Marks a static <c>Task Name(Session session)</c>: a small story that is told to both servers.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ScenarioAttribute(Setup setup = Setup.Default) : Attribute
{
    public Setup Setup { get; } = setup;
}
