namespace Idp.Policies.Intents;

public sealed record AvailabilityRequirement
{
    /// <summary>Share of the time. From 0.5 to below 1.</summary>
    public decimal? TargetUptime { get; init; }

    /// <summary>Newest writes that a disaster may cost. From 0 to 7 days.</summary>
    public TimeSpan? MaxDataLoss { get; init; }
}
