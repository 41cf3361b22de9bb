using System.Text.Json.Serialization;

namespace Idp.Simulation.Workloads;

/// <summary>What a workload is like, which decides what may be expected of a policy.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkloadKind>))]
public enum WorkloadKind
{
    /// <summary>Nothing but noise around a level.</summary>
    Static,

    /// <summary>Days resemble each other (autocorrelation at lag 24 of at least 0.5) and no level jumps.</summary>
    Seasonal,

    /// <summary>Level jumps, bursts, or no season.</summary>
    Jump,

    /// <summary>Made to mislead.</summary>
    Adversarial,
}
