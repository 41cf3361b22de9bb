using System.Reflection;
using System.Text.RegularExpressions;

namespace Idp.DevServer.Tests.Differential;

/// <summary>A story, its name being that of its golden file: <c>Timers.Fires</c>.</summary>
internal sealed record Scenario(string Name, Setup Setup, Func<Session, Task> PlayAsync)
{
    /// <summary>Narrows the run to names that match one of these patterns, comma separated, <c>*</c> allowed.</summary>
    public const string FilterVariable = "IDP_SCENARIOS";

    /// <summary>All stories, in the order of their names.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. from type in typeof(Scenario).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
           let attribute = method.GetCustomAttribute<ScenarioAttribute>()
           where attribute is not null
           let scenario = new Scenario($"{type.Name}.{method.Name}", attribute.Setup, method.CreateDelegate<Func<Session, Task>>())
           where Selected(scenario.Name)
           orderby scenario.Name
           select scenario,
    ];

    private static bool Selected(string name) =>
        Environment.GetEnvironmentVariable(FilterVariable) is not { Length: > 0 } filter
        || filter.Split(',').Any(pattern => Regex.IsMatch(name, $"^{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal)}$"));
}
