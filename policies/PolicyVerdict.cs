using System.Collections.Immutable;

namespace Idp.Policies;

/// <summary>Whether an action is allowed, and what each policy said about it.</summary>
/// <param name="Facts">What was known; the same facts and revision always give the same verdict.</param>
/// <param name="Revision">The <see cref="PolicySnapshot.Revision"/> that was consulted.</param>
/// <param name="Findings">One for each policy of the snapshot, in the order of their names.</param>
public sealed record PolicyVerdict(PlacementFacts Facts, string Revision, ImmutableArray<PolicyFinding> Findings)
{
    /// <summary>False as soon as one hard policy denies.</summary>
    public bool IsAllowed => !Denials.Any();

    public IEnumerable<PolicyFinding> Denials => Findings.Where(finding => finding.Effect == PolicyEffect.Denies);

    public IEnumerable<PolicyFinding> Warnings => Findings.Where(finding => finding.Effect == PolicyEffect.Warns);
}
