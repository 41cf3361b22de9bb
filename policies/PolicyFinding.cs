using System.Collections.Immutable;

namespace Idp.Policies;

/// <summary>What one policy said, and why.</summary>
/// <param name="Policy">The policy's name.</param>
/// <param name="Rule">The rule that decided, for example <c>requirements.primary_location.allowed_regions</c>; null without one.</param>
/// <param name="Value">The name or glob that matched; null when none did.</param>
/// <param name="MissingFacts">Facts the policy asks for and nobody knew; it counts as applying because of them.</param>
/// <param name="NotEvaluated">Demands of a policy that applies which nothing enforces yet; never read them as satisfied.</param>
/// <param name="Reason">One sentence with all of this, for people.</param>
public sealed record PolicyFinding(
    string Policy,
    PolicyEffect Effect,
    string? Rule,
    RegionGlob? Value,
    ImmutableArray<string> MissingFacts,
    ImmutableArray<string> NotEvaluated,
    string Reason);
