namespace Idp.Simulation.ClosedLoop;

/// <summary>One policy on one kind of workload, over all seeds.</summary>
/// <param name="Ratio">Total cost over the clairvoyant bound, seed by seed.</param>
/// <param name="TotalUsd">Mean total business cost of a seed, in US dollars.</param>
/// <param name="InfrastructureUsd">The part of it that goes to the provider: storage, egress, changes.</param>
/// <param name="MeanMs">Mean over the seeds of the mean wait; 0 for bounds, which only have a cost.</param>
/// <param name="P99Ms">Mean over the seeds of the 99th percentile.</param>
/// <param name="CopiesPerObjectDay">Sites to which an object was copied.</param>
/// <param name="HandOversPerObjectDay">Changes of a primary.</param>
public sealed record ComparisonRow(
    string Policy,
    string Setting,
    PolicyRole Role,
    Spread Ratio,
    decimal TotalUsd,
    decimal InfrastructureUsd,
    double MeanMs,
    double P99Ms,
    double CopiesPerObjectDay,
    double HandOversPerObjectDay);
