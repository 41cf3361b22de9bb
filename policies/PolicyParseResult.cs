using System.Collections.Immutable;

namespace Idp.Policies;

/// <summary>A policy file, read.</summary>
/// <param name="Policy">Null when the file has an error.</param>
/// <param name="Diagnostics">Errors and warnings, in the order of the file.</param>
public sealed record PolicyParseResult(Policy? Policy, ImmutableArray<Diagnostic> Diagnostics);
