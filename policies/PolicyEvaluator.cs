using System.Collections.Immutable;
using Idp.Core;
using Idp.Policies.Rules;

namespace Idp.Policies;

/// <summary>Says whether an action may happen. Every path asks this one.</summary>
/// <remarks>
/// Pure: the same snapshot and facts always give the same verdict. Only rules on location are evaluated;
/// <see cref="PolicySnapshot.Unenforced"/> names the rest.
/// </remarks>
public sealed class PolicyEvaluator(PolicySnapshot snapshot)
{
    /// <summary>Asks every policy. One hard policy that is against the action denies it.</summary>
    /// <remarks>
    /// A policy applies when all its conditions hold. A condition on an unknown fact counts as holding, so what is
    /// not known about the data can only narrow where it may go.
    /// </remarks>
    public PolicyVerdict Evaluate(PlacementFacts facts) =>
        new(facts, snapshot.Revision, [.. snapshot.Compiled.Select(policy => Consult(policy, facts))]);

    /// <summary>Where the object's primary may stand.</summary>
    /// <param name="facts">Its action and target are replaced by each of <paramref name="regions"/> in turn.</param>
    public AllowedRegions AllowedPrimaries(PlacementFacts facts, IEnumerable<RegionId> regions)
    {
        var allowed = ImmutableArray.CreateBuilder<RegionId>();
        var excluded = ImmutableArray.CreateBuilder<ExcludedRegion>();
        foreach (var region in regions)
        {
            var verdict = Evaluate(facts with { Action = PlacementAction.MovePrimary, Target = region });
            if (verdict.IsAllowed)
            {
                allowed.Add(region);
            }
            else
            {
                excluded.Add(new ExcludedRegion(region, [.. verdict.Denials]));
            }
        }

        return new AllowedRegions(allowed.ToImmutable(), excluded.ToImmutable());
    }

    private static PolicyFinding Consult(CompiledPolicy compiled, PlacementFacts facts)
    {
        var policy = compiled.Policy;
        var scope = ScopeMatch.Of(policy.AppliesTo, facts);
        if (scope.Mismatch is { } mismatch)
        {
            return new PolicyFinding(
                policy.Name, PolicyEffect.NotApplicable, Rule: null, Value: null, MissingFacts: [], NotEvaluated: [],
                $"{policy.Name} does not apply to {facts.Object}: {mismatch}");
        }

        var (block, location) = facts.Action switch
        {
            PlacementAction.MovePrimary => ("requirements.primary_location", policy.Requirements.PrimaryLocation),
            PlacementAction.PlaceReplica => ("requirements.replication", policy.Requirements.Replication),
            _ => throw new InvalidOperationException($"{facts.Action} is no action that policies know."),
        };
        var (effect, rule, value, because) = Decide(policy.Enforcement, block, location ?? new(), facts.Target);
        var verb = effect switch
        {
            PolicyEffect.Denies => "denies",
            PolicyEffect.Warns => "warns about",
            PolicyEffect.NoRule => "says nothing about",
            _ => "permits",
        };
        return new PolicyFinding(
            policy.Name, effect, rule, value, scope.MissingFacts, compiled.NotEvaluated,
            $"{policy.Name} {verb} {facts.Target} for {facts.Object}: {because}{scope.Caveat}");
    }

    // Prohibited first: it wins over allowed. Where regions are allowed, all others are denied.
    private static (PolicyEffect Effect, string? Rule, RegionGlob? Value, string Because) Decide(
        Enforcement enforcement, string block, LocationRule location, RegionId target)
    {
        var against = enforcement == Enforcement.Soft ? PolicyEffect.Warns : PolicyEffect.Denies;
        if (FirstMatch(location.ProhibitedRegions, target) is { } prohibited)
        {
            var rule = $"{block}.prohibited_regions";
            return (against, rule, prohibited, $"matches prohibited '{prohibited}' in {rule}");
        }

        if (!location.AllowedRegions.IsEmpty)
        {
            var rule = $"{block}.allowed_regions";
            return FirstMatch(location.AllowedRegions, target) is { } allowed
                ? (PolicyEffect.Permits, rule, allowed, $"matches allowed '{allowed}' in {rule}")
                : (against, rule, null, $"matches none of '{string.Join("', '", location.AllowedRegions)}' in {rule}");
        }

        return location.ProhibitedRegions.IsEmpty
            ? (PolicyEffect.NoRule, null, null, $"has no rule in {block}")
            : (PolicyEffect.Permits, $"{block}.prohibited_regions", null, $"matches nothing in {block}.prohibited_regions");
    }

    private static RegionGlob? FirstMatch(ImmutableArray<RegionGlob> globs, RegionId region)
    {
        foreach (var glob in globs)
        {
            if (glob.Matches(region))
            {
                return glob;
            }
        }

        return null;
    }
}
