namespace Idp.Core.Tests.Movement.Model;

/// <summary>What an exploration found.</summary>
/// <param name="Violation">The broken promise; <see langword="null"/> when every state keeps all of them.</param>
/// <param name="Trace">A shortest way to the violation.</param>
internal sealed record Verdict(int StateCount, TimeSpan Elapsed, string? Violation, IReadOnlyList<string> Trace)
{
    public override string ToString() => Violation is null
        ? $"holds in {StateCount:N0} states"
        : $"{Violation} in {Trace.Count} steps:{string.Concat(Trace.Select(step => $"\n  - {step}"))}";
}
