namespace Idp.Policies;

/// <summary>A demand that is read but that nothing enforces yet.</summary>
/// <param name="Policy">The policy's name.</param>
/// <param name="Path">For example <c>requirements.encryption</c>.</param>
public sealed record UnenforcedRequirement(string Policy, string Path);
