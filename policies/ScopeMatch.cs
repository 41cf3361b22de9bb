using System.Collections.Immutable;

namespace Idp.Policies;

/// <summary>Whether a policy is about an object.</summary>
/// <param name="Mismatch">The first condition that does not hold, or null when the policy applies.</param>
/// <param name="MissingFacts">Conditions on unknown facts, by their field.</param>
internal sealed record ScopeMatch(string? Mismatch, ImmutableArray<string> MissingFacts)
{
    /// <summary>Why the policy counts as applying where that is not certain; empty where it is.</summary>
    public string Caveat => MissingFacts.IsEmpty
        ? string.Empty
        : $"; counts as applying because {string.Join(" and ", MissingFacts)} {(MissingFacts.Length == 1 ? "is" : "are")} unknown";

    public static ScopeMatch Of(PolicyScope scope, PlacementFacts facts)
    {
        var missing = ImmutableArray.CreateBuilder<string>();
        var mismatch =
            Compare("data_classification", facts.DataClassification, OneOrNone(scope.DataClassification))
            ?? Compare("user_region", facts.UserRegion, scope.UserRegions)
            ?? Compare("environment", facts.Environment, OneOrNone(scope.Environment));
        return new ScopeMatch(mismatch, missing.ToImmutable());

        string? Compare(string field, string? fact, ImmutableArray<string> wanted)
        {
            if (wanted.IsEmpty)
            {
                return null;
            }

            if (string.IsNullOrWhiteSpace(fact))
            {
                missing.Add(field);
                return null;
            }

            return wanted.Contains(fact, StringComparer.OrdinalIgnoreCase)
                ? null
                : $"{field} '{fact}' is not '{string.Join("' or '", wanted)}'";
        }
    }

    private static ImmutableArray<string> OneOrNone(string? text) => text is null ? [] : [text];
}
