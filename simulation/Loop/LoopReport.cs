namespace Idp.Simulation.Loop;

/// <summary>What the simulated loop did and what callers waited.</summary>
/// <param name="Objects">Objects seen in the window.</param>
/// <param name="Moves">Migrations completed.</param>
/// <param name="MovedObjects">Objects that moved at least once.</param>
public sealed record LoopReport(LatencyReport Latency, int Objects, int Moves, int MovedObjects);
