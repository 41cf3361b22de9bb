using Idp.Policies.Rules;

namespace Idp.Policies;

/// <summary>One policy, as its file states it.</summary>
/// <remarks>The optional parts are null where the file does not name them.</remarks>
public sealed record Policy
{
    /// <summary>Unique among the policies of a snapshot, for example <c>GDPR-EU-Residency</c>.</summary>
    public required string Name { get; init; }

    public required PolicyScope AppliesTo { get; init; }

    public required PolicyRequirements Requirements { get; init; }

    public required Enforcement Enforcement { get; init; }

    /// <summary>Orders what soft policies ask for; it never weakens a hard one.</summary>
    public PolicyPriority Priority { get; init; } = PolicyPriority.Medium;
}
