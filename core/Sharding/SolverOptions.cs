using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Sharding;

/// <summary>How hard the fleet solver tries. No limit is a time: the same input gives the same plan on a slow machine.</summary>
public sealed class SolverOptions
{
    public const string Section = "Sharding";

    /// <summary>Threads that price items; the plan does not depend on it.</summary>
    /// <value>Default 0: one a processor. From 0 to 256.</value>
    [Range(0, 256)]
    public int Threads { get; set; }

    /// <summary>Items in the sample for their weight alone; a few of them hold much of the demand.</summary>
    /// <value>Default 10,000. From 0 to 1,000,000.</value>
    [Range(0, 1_000_000)]
    public int HeaviestInSample { get; set; } = 10_000;

    /// <summary>Items in the sample for the rest of the fleet.</summary>
    /// <value>Default 20,000. From 100 to 1,000,000.</value>
    [Range(100, 1_000_000)]
    public int OthersInSample { get; set; } = 20_000;

    /// <summary>Most passes over the sample to find prices; over all items where the fleet is no larger than a sample.</summary>
    /// <value>Default 120. From 0 (keep the given prices) to 10,000.</value>
    [Range(0, 10_000)]
    public int SamplePasses { get; set; } = 120;

    /// <summary>Most passes over all items to make the sample's prices fit the whole fleet.</summary>
    /// <value>Default 8. From 0 (keep the sample's or the given prices) to 10,000.</value>
    [Range(0, 10_000)]
    public int FullPasses { get; set; } = 8;

    /// <summary>The search for prices ends when the bound could rise by no more than this share.</summary>
    /// <value>Default 0.000001. From 1e-12 to 0.1.</value>
    [Range(1e-12, 0.1)]
    public double PriceTolerance { get; set; } = 1e-6;

    /// <summary>Items looked at to make the priced choices keep the limits: those for which the second-best choice is nearly as good.</summary>
    /// <value>Default 20,000; more are taken by themselves when these do not suffice. From 1 to 10,000,000.</value>
    [Range(1, 10_000_000)]
    public int RepairItems { get; set; } = 20_000;

    /// <summary>Choices of each of these items that are looked at, the cheapest first.</summary>
    /// <value>Default 12. From 2 to 100,000.</value>
    [Range(2, 100_000)]
    public int RepairOptions { get; set; } = 12;

    /// <summary>A fleet of at most so many items is searched until the gap is <see cref="ExactGap"/>.</summary>
    /// <value>Default 1,000. From 0 (never) to 100,000.</value>
    [Range(0, 100_000)]
    public int ExactUpTo { get; set; } = 1_000;

    /// <summary>Gap at which a plan counts as optimal and the exact search ends.</summary>
    /// <value>Default 0.0001, where integer-programming solvers (HiGHS, Gurobi, CPLEX) end by default. From 1e-9 to 0.1.</value>
    [Range(1e-9, 0.1)]
    public double ExactGap { get; set; } = 1e-4;

    /// <summary>Most subproblems of the exact search; what it has not proven then stays as the plan's gap.</summary>
    /// <value>Default 20,000: under a minute of one core; a thousand objects usually need a few dozen. From 0 to 100,000,000.</value>
    [Range(0, 100_000_000)]
    public int ExactNodes { get; set; } = 20_000;
}
