using System.ComponentModel.DataAnnotations;

namespace Idp.Activities;

/// <summary>How much is thought about changes that no actuator makes yet.</summary>
public sealed class AdviceOptions
{
    public const string Section = "Controllers:Advice";

    /// <summary>Whether the strategic loop asks the replication and tiering controllers at all.</summary>
    /// <value>Default true.</value>
    public bool IsEnabled { get; set; } = true;

    /// <summary>Objects that each of them is asked about: the busiest for replicas, the largest for tiers.</summary>
    /// <value>Default 2,000. From 1 to 20,000.</value>
    [Range(1, 20_000)]
    public int MaxObjects { get; set; } = 2_000;
}
