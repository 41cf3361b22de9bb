using System.Security.Cryptography;
using Idp.Policies.Intents;

namespace Idp.Policies.Tests;

public sealed class ShippedFilesTests
{
    // The texts are users' own; the product reads them unchanged.
    [Theory]
    [InlineData("Catalog/gdpr-eu-residency.yaml", "d1f9a2c617a86694bea31487dd6ed48fc79adf3898b0f75c0ad8d98e7655ccf7")]
    [InlineData("Catalog/hipaa-phi-protection.yaml", "65cd78d7c96629b6afa5087f9409884fd36ae2c7a07d3bd5127d3f88c89863f6")]
    [InlineData("Catalog/production-cost-budget.yaml", "90db2be69fa5e3fb457db422f45cf182e73cff08c51eb8c32200a5c2bc1dfd90")]
    [InlineData("Intents/users.intent.yaml", "4d9a01b3fc7622a2e331a2788ca51ac56572ff2b77a64bd54348346f47206032")]
    public void Text_OfEachFile_IsTheUsers(string file, string sha256)
    {
        var bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, file));

        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public void Shipped_AllRegionsKnown_HasThreePoliciesAndNoDiagnostics()
    {
        var loaded = PolicyCatalog.Shipped(A.Regions);

        Assert.Empty(loaded.Diagnostics);
        Assert.Equal(
            ["GDPR-EU-Residency", "HIPAA-PHI-Protection", "Production-Cost-Budget"],
            loaded.Snapshot!.Policies.Select(policy => policy.Name));
    }

    [Fact]
    public void Shipped_FewRegions_WarnsAndLoads()
    {
        var loaded = PolicyCatalog.Shipped(A.RegionsOf("eu-west-1", "us-east-1"));

        Assert.NotNull(loaded.Snapshot);
        Assert.All(loaded.Diagnostics, diagnostic => Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity));
        Assert.Equal(
            """
            gdpr-eu-residency.yaml:8:38 warning IDP1018: 'eu-central-1' matches no configured region in `requirements.primary_location.allowed_regions`
              configured: 'eu-west-1', 'us-east-1'
            """,
            A.Printed(loaded.Diagnostics.Take(1)));
    }

    [Fact]
    public void Shipped_Gdpr_IsReadInFull()
    {
        var policy = Policy("GDPR-EU-Residency");
        var demands = policy.Requirements;

        Assert.Equal("personal_data", policy.AppliesTo.DataClassification);
        Assert.Equal(["EU", "EEA"], policy.AppliesTo.UserRegions);
        Assert.Equal(Globs("eu-west-1", "eu-central-1", "eu-north-1"), demands.PrimaryLocation!.AllowedRegions);
        Assert.Equal(Globs("us-*", "ap-*"), demands.PrimaryLocation.ProhibitedRegions);
        Assert.Equal(Globs("eu-*", "uk-*", "ch-*"), demands.Replication!.AllowedRegions);
        Assert.Equal(new() { Requires = "standard_contractual_clauses", Documentation = "mandatory" }, demands.CrossBorderTransfers);
        Assert.Equal(new() { MaxRetentionDays = 90, AfterDeletionRequestDays = 30 }, demands.Deletion);
        Assert.True(demands.AuditRequired);
        Assert.Equal((Enforcement.Hard, PolicyPriority.Critical), (policy.Enforcement, policy.Priority));
    }

    [Fact]
    public void Shipped_Hipaa_IsReadInFull()
    {
        var demands = Policy("HIPAA-PHI-Protection").Requirements;

        Assert.Equal(
            new()
            {
                AtRest = new() { Algorithm = "AES-256-GCM", KeyRotationDays = 90 },
                InTransit = new() { Protocol = "TLS-1.3", MutualAuth = true },
                InUse = new() { ConfidentialComputing = "recommended" },
            },
            demands.Encryption);
        Assert.Equal(
            new() { Authentication = "multi_factor", Authorization = "role_based", MinimumPrivilege = true }, demands.AccessControl);
        Assert.Equal(
            new() { LogAllAccess = true, RetentionYears = 6, TamperProof = true, RealTimeMonitoring = true }, demands.Audit);
    }

    [Fact]
    public void Shipped_CostBudget_IsReadInFull()
    {
        var policy = Policy("Production-Cost-Budget");
        var demands = policy.Requirements;

        Assert.Equal("production", policy.AppliesTo.Environment);
        Assert.Equal(new() { SoftLimitUsdPerDay = 1000, HardLimitUsdPerDay = 1500, AlertThreshold = 0.9m }, demands.DailyBudget);
        Assert.Equal(new() { Prioritize = "latency" }, demands.Optimization);
        Assert.Equal(
            new() { Action = "optimize_cost", ReduceReplicas = true, DemoteColdData = true, ScaleDownCompute = true },
            demands.WhenOverBudget);
        Assert.Equal((Enforcement.Soft, PolicyPriority.High), (policy.Enforcement, policy.Priority));
    }

    [Fact]
    public void Parse_UsersIntent_IsReadInFull()
    {
        var parsed = DataObjectParser.Parse("users.intent.yaml", A.ShippedText("Intents/users.intent.yaml"), A.Regions);
        var users = parsed.DataObject!;
        var needs = users.Requirements;

        Assert.Empty(parsed.Diagnostics);
        Assert.Equal("users", users.Name.Value);
        Assert.Null(users.Schema);
        Assert.Equal(new() { P99Target = TimeSpan.FromMilliseconds(50), P50Target = TimeSpan.FromMilliseconds(10) }, needs.Latency);
        Assert.Equal(new() { TargetUptime = 0.9999m, MaxDataLoss = TimeSpan.FromMinutes(5) }, needs.Availability);
        Assert.Equal(ConsistencyKind.Session, needs.Consistency!.Level.Kind);
        Assert.Equal(["update_email", "delete_account"], needs.Consistency.StrongForOperations);
        Assert.Equal("personal_data", needs.Compliance!.DataClassification);
        Assert.Equal(["GDPR", "CCPA"], needs.Compliance.Regulations);
        Assert.Equal(new() { BudgetUsdPerDay = 50, OptimizeFor = OptimizationGoal.LatencyWithinBudget }, needs.Cost);
    }

    private static Policy Policy(string name) =>
        PolicyCatalog.Shipped(A.Regions).Snapshot!.Policies.Single(policy => policy.Name == name);

    private static RegionGlob[] Globs(params string[] texts) => Array.ConvertAll(texts, A.Glob);
}
