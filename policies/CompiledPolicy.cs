using System.Collections.Immutable;

namespace Idp.Policies;

/// <param name="NotEvaluated">The policy's requirements that nothing enforces yet.</param>
internal sealed record CompiledPolicy(Policy Policy, ImmutableArray<string> NotEvaluated);
