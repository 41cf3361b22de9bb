using System.Collections.Immutable;

namespace Idp.Policies;

/// <summary>Policy files, read and compiled.</summary>
/// <param name="Snapshot">Null when any file has an error: half a set of policies would allow what the other half denies.</param>
/// <param name="Diagnostics">Of all files, in the order of their names.</param>
public sealed record PolicyLoadResult(PolicySnapshot? Snapshot, ImmutableArray<Diagnostic> Diagnostics);
