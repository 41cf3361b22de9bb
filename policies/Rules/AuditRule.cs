namespace Idp.Policies.Rules;

public sealed record AuditRule
{
    public bool? LogAllAccess { get; init; }

    /// <summary>From 1 to 100.</summary>
    public int? RetentionYears { get; init; }

    public bool? TamperProof { get; init; }

    public bool? RealTimeMonitoring { get; init; }
}
