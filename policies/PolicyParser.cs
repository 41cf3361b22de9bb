using Idp.Core;
using Idp.Policies.Rules;
using Idp.Policies.Yaml;

namespace Idp.Policies;

/// <summary>Reads policy files.</summary>
public sealed class PolicyParser
{
    private const decimal MaxUsdPerDay = 1_000_000_000;

    private readonly KnownRegions _regions;

    private PolicyParser(KnownRegions regions) => _regions = regions;

    /// <summary>Reads one policy file of at most 1 MiB.</summary>
    /// <param name="fileName">What diagnostics call the file.</param>
    /// <param name="knownRegions">The regions configured here; a name or glob that matches none is reported.</param>
    /// <returns>The policy, or all errors of the file at once. It never throws for what a file holds.</returns>
    public static PolicyParseResult Parse(string fileName, string text, IReadOnlyCollection<RegionId> knownRegions)
    {
        var sink = new DiagnosticSink(fileName);
        var policy = YamlFileReader.Read(text, sink) is { } root
            ? Fields.Document(root, "policy", sink, new PolicyParser(new KnownRegions(knownRegions)).ReadPolicy)
            : null;
        return new PolicyParseResult(sink.HasErrors ? null : policy, sink.ToImmutable());
    }

    private Policy ReadPolicy(Fields fields)
    {
        fields.Require("name", "applies_to", "requirements", "enforcement");
        return new Policy
        {
            Name = fields.Text("name")?.Value ?? string.Empty,
            AppliesTo = fields.Block("applies_to", ReadScope) ?? new(),
            Requirements = fields.Block("requirements", ReadRequirements) ?? new(),
            Enforcement = fields.Choice<Enforcement>("enforcement") ?? Enforcement.Hard,
            Priority = fields.Choice<PolicyPriority>("priority") ?? PolicyPriority.Medium,
        };
    }

    private static PolicyScope ReadScope(Fields fields) => new()
    {
        DataClassification = fields.Text("data_classification")?.Value,
        UserRegions = [.. fields.Texts("user_region", maxCount: 100).Select(region => region.Value)],
        Environment = fields.Text("environment")?.Value,
    };

    private PolicyRequirements ReadRequirements(Fields fields) => new()
    {
        PrimaryLocation = fields.Block("primary_location", ReadLocation),
        Replication = fields.Block("replication", ReadLocation),
        CrossBorderTransfers = fields.Block("cross_border_transfers", ReadCrossBorderTransfers),
        Deletion = fields.Block("deletion", ReadDeletion),
        AuditRequired = fields.Flag("audit_required"),
        Encryption = fields.Block("encryption", ReadEncryption),
        AccessControl = fields.Block("access_control", ReadAccessControl),
        Audit = fields.Block("audit", ReadAudit),
        DailyBudget = fields.Block("daily_budget", ReadDailyBudget),
        Optimization = fields.Block("optimization", ReadOptimization),
        WhenOverBudget = fields.Block("when_over_budget", ReadOverBudget),
    };

    private LocationRule ReadLocation(Fields fields)
    {
        // A rule that names no region looks like protection and gives none.
        fields.RequireOneOf("allowed_regions", "prohibited_regions");
        return new LocationRule
        {
            AllowedRegions = _regions.ReadGlobs(fields, "allowed_regions"),
            ProhibitedRegions = _regions.ReadGlobs(fields, "prohibited_regions"),
        };
    }

    private static CrossBorderTransferRule ReadCrossBorderTransfers(Fields fields) => new()
    {
        Requires = fields.OneOf(
            "requires", "standard_contractual_clauses", "binding_corporate_rules", "adequacy_decision", "explicit_consent"),
        Documentation = fields.OneOf("documentation", "mandatory", "recommended", "optional"),
    };

    private static DeletionRule ReadDeletion(Fields fields) => new()
    {
        MaxRetentionDays = fields.Integer("max_retention_days", 1, 36_500),
        AfterDeletionRequestDays = fields.Integer("after_deletion_request", 1, 365),
    };

    private static EncryptionRule ReadEncryption(Fields fields) => new()
    {
        AtRest = fields.Block("at_rest", atRest => new EncryptionAtRestRule
        {
            Algorithm = atRest.OneOf("algorithm", "AES-256-GCM", "AES-128-GCM", "ChaCha20-Poly1305"),
            KeyRotationDays = atRest.Integer("key_rotation_days", 1, 3_650),
        }),
        InTransit = fields.Block("in_transit", inTransit => new EncryptionInTransitRule
        {
            Protocol = inTransit.OneOf("protocol", "TLS-1.2", "TLS-1.3"),
            MutualAuth = inTransit.Flag("mutual_auth"),
        }),
        InUse = fields.Block("in_use", inUse => new EncryptionInUseRule
        {
            ConfidentialComputing = inUse.OneOf("confidential_computing", "required", "recommended", "optional"),
        }),
    };

    private static AccessControlRule ReadAccessControl(Fields fields) => new()
    {
        Authentication = fields.OneOf("authentication", "multi_factor", "single_factor"),
        Authorization = fields.OneOf("authorization", "role_based", "attribute_based"),
        MinimumPrivilege = fields.Flag("minimum_privilege"),
    };

    private static AuditRule ReadAudit(Fields fields) => new()
    {
        LogAllAccess = fields.Flag("log_all_access"),
        RetentionYears = fields.Integer("retention_years", 1, 100),
        TamperProof = fields.Flag("tamper_proof"),
        RealTimeMonitoring = fields.Flag("real_time_monitoring"),
    };

    private static DailyBudgetRule ReadDailyBudget(Fields fields)
    {
        var budget = new DailyBudgetRule
        {
            SoftLimitUsdPerDay = fields.Number("soft_limit", 0, MaxUsdPerDay),
            HardLimitUsdPerDay = fields.Number("hard_limit", 0, MaxUsdPerDay),
            AlertThreshold = fields.Number("alert_threshold", 0.01m, 1),
        };
        fields.RequireOrder("soft_limit", budget.SoftLimitUsdPerDay, "hard_limit", budget.HardLimitUsdPerDay);
        return budget;
    }

    private static OptimizationRule ReadOptimization(Fields fields) => new()
    {
        Prioritize = fields.OneOf("prioritize", "latency", "cost", "availability"),
    };

    private static OverBudgetRule ReadOverBudget(Fields fields) => new()
    {
        Action = fields.OneOf("action", "optimize_cost", "alert"),
        ReduceReplicas = fields.Flag("reduce_replicas"),
        DemoteColdData = fields.Flag("demote_cold_data"),
        ScaleDownCompute = fields.Flag("scale_down_compute"),
    };
}
