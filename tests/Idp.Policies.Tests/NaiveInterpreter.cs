using System.Text.RegularExpressions;
using Idp.Core;

namespace Idp.Policies.Tests;

/// <summary>What policies mean, said in the plainest way; the evaluator must agree.</summary>
internal static class NaiveInterpreter
{
    public static bool IsAgainst(Policy policy, PlacementFacts facts)
    {
        var scope = policy.AppliesTo;
        if (Differs(facts.DataClassification, scope.DataClassification is null ? [] : [scope.DataClassification])
            || Differs(facts.UserRegion, [.. scope.UserRegions])
            || Differs(facts.Environment, scope.Environment is null ? [] : [scope.Environment]))
        {
            return false;
        }

        var location = facts.Action == PlacementAction.MovePrimary
            ? policy.Requirements.PrimaryLocation
            : policy.Requirements.Replication;
        return location is not null
            && (location.ProhibitedRegions.Any(glob => Matches(glob, facts.Target))
                || (location.AllowedRegions.Length > 0 && !location.AllowedRegions.Any(glob => Matches(glob, facts.Target))));
    }

    private static bool Differs(string? fact, string[] wanted) =>
        wanted.Length > 0 && fact is not null && !wanted.Contains(fact);

    private static bool Matches(RegionGlob glob, RegionId region) =>
        Regex.IsMatch(region.Value, $"^{Regex.Escape(glob.Value).Replace("\\*", ".*", StringComparison.Ordinal)}$");
}
