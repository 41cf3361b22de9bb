namespace Idp.Simulation.Workloads;

/// <summary>One kind of workload, made anew for each seed.</summary>
/// <param name="Make">Pure: the same seed, the same workload.</param>
public sealed record WorkloadFamily(string Name, Func<int, Workload> Make);
