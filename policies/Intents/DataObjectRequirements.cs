namespace Idp.Policies.Intents;

/// <summary>What a dataset needs. What is null was not asked for.</summary>
public sealed record DataObjectRequirements
{
    public LatencyRequirement? Latency { get; init; }

    public AvailabilityRequirement? Availability { get; init; }

    public ConsistencyRequirement? Consistency { get; init; }

    public ComplianceRequirement? Compliance { get; init; }

    public CostRequirement? Cost { get; init; }
}
