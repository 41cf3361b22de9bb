namespace Idp.Chaos.Checking;

/// <summary>Something that must never happen, with the least of the history that shows it.</summary>
/// <param name="Kind">For example <c>lost-write</c> or <c>G-single</c>.</param>
internal sealed record Anomaly(string Kind, string Where, string Detail);
