namespace Idp.Core.Tests.Movement.Spec;

/// <summary>What TLC found.</summary>
/// <param name="Holds">Every state was visited, and none breaks a promise.</param>
/// <param name="Error">The broken promise, in TLC's words.</param>
internal sealed record TlcVerdict(bool Holds, string? Error, int StateCount, string Printed);
