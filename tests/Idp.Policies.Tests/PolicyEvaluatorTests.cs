using System.Text.Json;
using CsCheck;
using Idp.Policies.Rules;

namespace Idp.Policies.Tests;

public sealed class PolicyEvaluatorTests
{
    private static readonly PolicySnapshot Shipped = PolicyCatalog.Shipped(A.Regions).Snapshot!;
    private static readonly PolicyEvaluator Evaluator = new(Shipped);

    [Fact]
    public void Evaluate_Gdpr_DeniesWithTheMatchedGlob()
    {
        var denial = Assert.Single(Evaluator.Evaluate(A.Facts).Denials);

        Assert.Equal("requirements.primary_location.prohibited_regions", denial.Rule);
        Assert.Equal(A.Glob("us-*"), denial.Value);
        Assert.Equal(
            "GDPR-EU-Residency denies us-east-1 for users/eu-1042: matches prohibited 'us-*' in requirements.primary_location.prohibited_regions",
            denial.Reason);
    }

    [Theory]
    [InlineData(PlacementAction.MovePrimary, "eu-west-1", true, "permits eu-west-1 for users/eu-1042: matches allowed 'eu-west-1' in requirements.primary_location.allowed_regions")]
    [InlineData(PlacementAction.MovePrimary, "uk-south-1", false, "denies uk-south-1 for users/eu-1042: matches none of 'eu-west-1', 'eu-central-1', 'eu-north-1' in requirements.primary_location.allowed_regions")]
    [InlineData(PlacementAction.MovePrimary, "ap-south-1", false, "denies ap-south-1 for users/eu-1042: matches prohibited 'ap-*' in requirements.primary_location.prohibited_regions")]
    [InlineData(PlacementAction.PlaceReplica, "uk-south-1", true, "permits uk-south-1 for users/eu-1042: matches allowed 'uk-*' in requirements.replication.allowed_regions")]
    [InlineData(PlacementAction.PlaceReplica, "us-east-1", false, "denies us-east-1 for users/eu-1042: matches none of 'eu-*', 'uk-*', 'ch-*' in requirements.replication.allowed_regions")]
    public void Evaluate_Gdpr_GatesPrimariesAndReplicas(PlacementAction action, string target, bool allowed, string reason)
    {
        var verdict = Evaluator.Evaluate(A.Facts with { Action = action, Target = A.RegionOf(target) });

        Assert.Equal(allowed, verdict.IsAllowed);
        Assert.Equal($"GDPR-EU-Residency {reason}", verdict.Findings[0].Reason);
    }

    // Both sides of every condition, for a target that the policy denies when it applies.
    [Theory]
    [InlineData("personal_data", "EU", false, "")]
    [InlineData("PERSONAL_DATA", "eea", false, "")]
    [InlineData("personal_data", "US", true, null)]
    [InlineData("telemetry", "EU", true, null)]
    [InlineData("telemetry", null, true, null)]
    [InlineData(null, "US", true, null)]
    [InlineData(null, "EU", false, "; counts as applying because data_classification is unknown")]
    [InlineData("personal_data", null, false, "; counts as applying because user_region is unknown")]
    [InlineData(" ", "", false, "; counts as applying because data_classification and user_region are unknown")]
    public void Evaluate_MissingFact_CountsAsApplying(string? classification, string? userRegion, bool allowed, string? caveat)
    {
        var verdict = Evaluator.Evaluate(A.Facts with { DataClassification = classification, UserRegion = userRegion });

        Assert.Equal(allowed, verdict.IsAllowed);
        Assert.Equal(allowed, verdict.Findings[0].Effect == PolicyEffect.NotApplicable);
        Assert.True(caveat is null || verdict.Findings[0].Reason.EndsWith($"prohibited_regions{caveat}", StringComparison.Ordinal));
    }

    [Fact]
    public void Evaluate_OtherClass_SaysWhyThePolicyIsSilent() => Assert.Equal(
        "GDPR-EU-Residency does not apply to users/eu-1042: data_classification 'telemetry' is not 'personal_data'",
        Evaluator.Evaluate(A.Facts with { DataClassification = "telemetry" }).Findings[0].Reason);

    [Theory]
    [InlineData("production", PolicyEffect.NoRule)]
    [InlineData(null, PolicyEffect.NoRule)]
    [InlineData("staging", PolicyEffect.NotApplicable)]
    public void Evaluate_Environment_DecidesWhetherTheBudgetApplies(string? environment, PolicyEffect effect) =>
        Assert.Equal(effect, Evaluator.Evaluate(A.Facts with { Environment = environment }).Findings[2].Effect);

    [Fact]
    public void Evaluate_DemandsNobodyEnforces_AreNamed()
    {
        var finding = Evaluator.Evaluate(A.Facts with { DataClassification = "protected_health_information" }).Findings[1];

        Assert.Equal(["requirements.encryption", "requirements.access_control", "requirements.audit"], finding.NotEvaluated);
        Assert.Equal("HIPAA-PHI-Protection says nothing about us-east-1 for users/eu-1042: has no rule in requirements.primary_location", finding.Reason);
    }

    [Fact]
    public void Evaluate_SoftPolicy_WarnsAndAllows()
    {
        var verdict = Evaluate(Policy("P", Enforcement.Soft, allowed: [], prohibited: ["us-*"]), "us-east-1");

        Assert.True(verdict.IsAllowed);
        Assert.Equal(
            "P warns about us-east-1 for users/eu-1042: matches prohibited 'us-*' in requirements.primary_location.prohibited_regions",
            Assert.Single(verdict.Warnings).Reason);
    }

    [Fact]
    public void Evaluate_AllowedAndProhibited_IsProhibited() =>
        Assert.False(Evaluate(Policy("P", Enforcement.Hard, allowed: ["us-east-1"], prohibited: ["us-*"]), "us-east-1").IsAllowed);

    [Fact]
    public void Evaluate_OnlyProhibitedNamed_PermitsTheRest() => Assert.Equal(
        "P permits eu-west-1 for users/eu-1042: matches nothing in requirements.primary_location.prohibited_regions",
        Evaluate(Policy("P", Enforcement.Hard, allowed: [], prohibited: ["us-*"]), "eu-west-1").Findings[0].Reason);

    [Fact]
    public void AllowedPrimaries_Gdpr_KeepsOrderAndExplainsTheRest()
    {
        var found = Evaluator.AllowedPrimaries(A.Facts, A.RegionsOf("us-east-1", "eu-north-1", "uk-south-1", "eu-west-1"));

        Assert.Equal(A.RegionsOf("eu-north-1", "eu-west-1"), found.Regions);
        Assert.Equal(A.RegionsOf("us-east-1", "uk-south-1"), found.Excluded.Select(excluded => excluded.Region));
        Assert.All(found.Excluded, excluded => Assert.Equal("GDPR-EU-Residency", Assert.Single(excluded.Denials).Policy));
    }

    [Fact]
    public void Verdict_ThroughJson_StaysTheSame()
    {
        var verdict = Evaluator.Evaluate(A.Facts);

        var read = JsonSerializer.Deserialize<PolicyVerdict>(JsonSerializer.Serialize(verdict))!;

        Assert.Equal(verdict.Facts, read.Facts);
        Assert.Equal(Shipped.Revision, read.Revision);
        Assert.Equal(verdict.Findings.Select(finding => finding.Reason), read.Findings.Select(finding => finding.Reason));
        Assert.Equal(verdict.IsAllowed, read.IsAllowed);
    }

    [Fact]
    public void Evaluate_AnyPoliciesAndFacts_AgreesWithTheNaiveInterpreter() =>
        Gen.Select(Gens.Policies, Gens.Facts).Sample(
            (policies, facts) =>
            {
                var verdict = new PolicyEvaluator(PolicySnapshot.Compile(policies)).Evaluate(facts);
                return verdict.IsAllowed == policies.All(policy => policy.Enforcement == Enforcement.Soft || !NaiveInterpreter.IsAgainst(policy, facts))
                    && verdict.Warnings.Select(warning => warning.Policy).Order(StringComparer.Ordinal).SequenceEqual(
                        policies.Where(policy => policy.Enforcement == Enforcement.Soft && NaiveInterpreter.IsAgainst(policy, facts))
                            .Select(policy => policy.Name).Order(StringComparer.Ordinal));
            },
            iter: 20_000);

    private static PolicyVerdict Evaluate(Policy policy, string target) =>
        new PolicyEvaluator(PolicySnapshot.Compile([policy])).Evaluate(A.Facts with { Target = A.RegionOf(target) });

    private static Policy Policy(string name, Enforcement enforcement, string[] allowed, string[] prohibited) => new()
    {
        Name = name,
        AppliesTo = new(),
        Enforcement = enforcement,
        Requirements = new()
        {
            PrimaryLocation = new LocationRule
            {
                AllowedRegions = [.. allowed.Select(A.Glob)],
                ProhibitedRegions = [.. prohibited.Select(A.Glob)],
            },
        },
    };
}
