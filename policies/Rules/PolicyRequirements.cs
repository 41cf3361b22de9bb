namespace Idp.Policies.Rules;

/// <summary>What a policy demands.</summary>
public sealed record PolicyRequirements
{
    /// <summary>Where a primary may stand.</summary>
    public LocationRule? PrimaryLocation { get; init; }

    /// <summary>Where a replica may stand.</summary>
    public LocationRule? Replication { get; init; }

    public CrossBorderTransferRule? CrossBorderTransfers { get; init; }

    public DeletionRule? Deletion { get; init; }

    public bool? AuditRequired { get; init; }

    public EncryptionRule? Encryption { get; init; }

    public AccessControlRule? AccessControl { get; init; }

    public AuditRule? Audit { get; init; }

    public DailyBudgetRule? DailyBudget { get; init; }

    public OptimizationRule? Optimization { get; init; }

    public OverBudgetRule? WhenOverBudget { get; init; }
}
