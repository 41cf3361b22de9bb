namespace Idp.Core.Sharding;

/// <summary>Switches the priced choices of some items until every limit holds; in a small fleet, until nothing is left to gain.</summary>
internal sealed class Settler(
    FleetTerms terms, FleetItems items, PricingPass pass, Dual dual, SolverOptions options, ParallelOptions parallel)
{
    private const double Slack = 1e-9; // Relative; rounding must not leave out a choice that is part of the plan.
    private const double Hopeless = 2; // Times the worst plan's cost: a search that ends there without a plan has proven that there is none.
    private const int FirstNodes = 300;
    private const double GapShare = 0.99; // The gap is counted from the bound; rounding must not spoil it.
    private const int Growth = 4;
    private const int MaxChoices = 5_000_000; // About 500 MB of them.

    /// <returns>Choices of some items (all others keep their priced ones), the bound, raised where a search proved more, and its subproblems.</returns>
    public (Assignment Plan, double Bound, int Nodes) Settle(double[] prices, double bound, CancellationToken cancellationToken)
    {
        var plan = KeepLimits(prices, bound, cancellationToken);
        return items.Count <= options.ExactUpTo ? Prove(plan, prices, bound, cancellationToken) : (plan, bound, 0);
    }

    // Items with small margins come first; more are taken when they cannot make room enough.
    private Assignment KeepLimits(double[] prices, double bound, CancellationToken cancellationToken)
    {
        for (var (count, most) = (Math.Max(options.RepairItems, options.ExactUpTo), options.RepairOptions); ; count *= Growth, most *= Growth)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var chosen = Candidates.Select(pass, count);
            var table = OptionTable.Build(terms, items.Blocks, prices, chosen, double.PositiveInfinity, most, dropsDominated: false, parallel);
            var assignment = Start(table);
            if (Repair.MakeFeasible(assignment) || IsLast(chosen.Length, most, bound))
            {
                Repair.Improve(assignment);
                return assignment;
            }
        }
    }

    // All there is was looked at, more would not fit into memory, or no plan keeps the limits anyway.
    private bool IsLast(int count, int most, double bound) =>
        (count == items.Count && most >= terms.Sets.Members.Length)
        || (long)count * most * Growth * Growth > MaxChoices
        || bound > WorstCase.Usd(terms, items);

    // A choice whose regret exceeds what the plan costs above the bound at these prices is in no better plan: few are left.
    private (Assignment Plan, double Bound, int Nodes) Prove(Assignment plan, double[] prices, double bound, CancellationToken cancellationToken)
    {
        var (nodes, priced) = (0, bound);
        foreach (var most in (int[])[1, FirstNodes, int.MaxValue]) // What the first rounds find shortens the table.
        {
            var upper = plan.Excess <= 0 ? plan.Usd : Hopeless * WorstCase.Usd(terms, items);
            if (upper * (1 - options.ExactGap) <= bound)
            {
                break;
            }

            var all = Enumerable.Range(0, items.Count).ToArray();
            var mostRegret = plan.Excess <= 0 ? ((upper - priced) * (1 + Slack)) + (Slack * upper) : double.PositiveInfinity;
            var table = OptionTable.Build(terms, items.Blocks, prices, all, mostRegret, int.MaxValue, dropsDominated: true, parallel);
            var start = new Assignment(table, LimitsOfActive(), new double[terms.Active.Length], [.. all.Select(at => table.Find(at, plan))]);
            var search = new ExactSearch(terms.Sets, start, dual.Scales, upper, GapShare * options.ExactGap * bound);
            search.Run(Math.Min(most, options.ExactNodes - nodes), cancellationToken);
            (plan, bound, nodes) = (search.Best, Math.Max(bound, search.Bound), nodes + search.Nodes);
        }

        return (plan, bound, nodes);
    }

    private Assignment Start(OptionTable table)
    {
        double[] use = [.. terms.Active.Select(limit => pass.Use[limit])];
        var chosen = new int[table.Count];
        for (var at = 0; at < table.Count; at++)
        {
            chosen[at] = table.OptionsOf(at).Start;
            for (var limit = 0; limit < use.Length; limit++)
            {
                use[limit] -= table.UseOf(chosen[at])[limit];
            }
        }

        return new Assignment(table, LimitsOfActive(), use, chosen);
    }

    private double[] LimitsOfActive() => [.. terms.Active.Select(limit => terms.Limits[limit])];
}
