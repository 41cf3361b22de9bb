namespace Idp.Policies.Rules;

/// <summary>How long data may stay.</summary>
public sealed record DeletionRule
{
    /// <summary>From 1 to 36,500.</summary>
    public int? MaxRetentionDays { get; init; }

    /// <summary>Days within which a deletion request is carried out. From 1 to 365.</summary>
    public int? AfterDeletionRequestDays { get; init; }
}
