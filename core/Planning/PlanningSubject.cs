namespace Idp.Core.Planning;

/// <summary>One object to plan for.</summary>
/// <param name="Current">Where it is; it may be where it no longer may.</param>
/// <param name="SizeGb">Decimal gigabytes.</param>
/// <param name="Forecast">Demand of the coming hours, as far as the plan looks; 168 where they are known.</param>
/// <param name="Memory">As the last run returned it.</param>
public sealed record PlanningSubject(
    Layout Current,
    double SizeGb,
    DemandWindow Forecast,
    PlanMemory Memory)
{
    /// <summary>How much of the expected gain is believed: what a plan must gain and its copies must repay is divided by it.</summary>
    /// <value>Default 1. Above 0, up to 1.</value>
    public double Confidence { get; init; } = 1;
}
