namespace Idp.Policies.Intents;

/// <summary>What to improve once every requirement is met.</summary>
public enum OptimizationGoal
{
    /// <summary>Latency, as far as the budget goes.</summary>
    LatencyWithinBudget,

    /// <summary>Cost, as far as the latency targets allow.</summary>
    CostWithinLatency,
}
