namespace Idp.Core.Sharding;

/// <summary>What a plan took.</summary>
/// <param name="SamplePasses">Passes over the sample to find prices.</param>
/// <param name="FullPasses">Passes over all items.</param>
/// <param name="Adjusted">Items that are not where prices alone would put them, so that limits hold.</param>
/// <param name="Nodes">Subproblems of the exact search; 0 when there was none.</param>
/// <param name="SplitGroups">Co-access groups whose members agree on no set of sites and were placed one by one.</param>
public sealed record SolverEffort(int SamplePasses, int FullPasses, int Adjusted, int Nodes, int SplitGroups);
