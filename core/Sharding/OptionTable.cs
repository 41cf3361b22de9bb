namespace Idp.Core.Sharding;

/// <summary>Some items, each with its choices worth considering: what they cost and what they use of the active limits.</summary>
/// <remarks>Choices of an item stand in ascending order of their cost at the given prices; the first is the cheapest.</remarks>
internal sealed class OptionTable
{
    private readonly int[] _start;

    private OptionTable(int[] items, int[] start, double[] prices)
    {
        (Items, _start, Prices) = (items, start, prices);
        var count = start[^1];
        (Sets, Primaries) = (new ushort[count], new byte[count]);
        (Usd, Regret, Use) = (new double[count], new double[count], new double[count * Dimension]);
    }

    /// <value>Numbers of the items, ascending.</value>
    public int[] Items { get; }

    public ushort[] Sets { get; }

    public byte[] Primaries { get; }

    /// <value>Cost of each choice at list prices, in US dollars a day.</value>
    public double[] Usd { get; }

    /// <value>What it costs more at the given prices than the item's cheapest choice.</value>
    public double[] Regret { get; }

    /// <value>Use of each active limit: choice × <see cref="Dimension"/> + limit.</value>
    public double[] Use { get; }

    /// <value>The given prices, by active limit.</value>
    public double[] Prices { get; }

    /// <value>Number of active limits.</value>
    public int Dimension => Prices.Length;

    public int Count => Items.Length;

    public (int Start, int End) OptionsOf(int at) => (_start[at], _start[at + 1]);

    public ReadOnlySpan<double> UseOf(int option) => Use.AsSpan(option * Dimension, Dimension);

    /// <returns>
    /// The choice that an item of this table has in a plan of another table with the same items; where it was left out, one
    /// that costs and uses no more.
    /// </returns>
    public int Find(int at, Assignment plan)
    {
        var other = plan.Table;
        var chosen = plan.Chosen[at];
        var (start, end) = OptionsOf(at);
        for (var option = start; option < end; option++)
        {
            if (Sets[option] == other.Sets[chosen] && Primaries[option] == other.Primaries[chosen])
            {
                return option;
            }
        }

        for (var option = start; option < end; option++)
        {
            if (Dominates(Usd[option], UseOf(option), other.Usd[chosen], other.UseOf(chosen)))
            {
                return option;
            }
        }

        throw new InvalidOperationException($"Item {Items[at]} has its choice not in this table; it was built with too little regret.");
    }

    /// <param name="items">Ascending.</param>
    /// <param name="mostRegret">Choices above are left out, the cheapest never.</param>
    /// <param name="mostOptions">Most choices an item.</param>
    /// <param name="dropsDominated">Leaves out choices that cost and use no less than another: no best plan needs them.</param>
    public static OptionTable Build(
        FleetTerms terms, ItemBlocks blocks, double[] prices, int[] items, double mostRegret, int mostOptions, bool dropsDominated, ParallelOptions parallel)
    {
        var tariff = Tariff.At(terms, prices);
        var rows = new Row[items.Length];
        Parallel.For(0, items.Length, parallel, () => new OptionCosts(terms), (at, _, costs) =>
        {
            var view = new ItemView(terms, blocks.BlockOf(items[at]), items[at] % ItemLayout.Lanes);
            costs.Fill(view, tariff);
            rows[at] = Row.Of(terms, view, costs.Cheapest(mostRegret, mostOptions), costs);
            rows[at] = dropsDominated ? rows[at].WithoutDominated(terms.Active.Length) : rows[at];
            return costs;
        }, _ => { });

        return Join(items, rows, [.. terms.Active.Select(limit => prices[limit])]);
    }

    /// <returns>Some of its items with some of their choices, in the order of their cost at other prices.</returns>
    /// <param name="places">Of the items in this table, ascending.</param>
    /// <param name="start">Where each item's choices begin among <paramref name="options"/>, and the end.</param>
    /// <param name="options">Numbers of choices in this table, by item.</param>
    /// <param name="reduced">What each choice of this table costs at <paramref name="prices"/>.</param>
    public OptionTable Of(int[] places, int[] start, int[] options, ReadOnlySpan<double> reduced, double[] prices)
    {
        var table = new OptionTable([.. places.Select(at => Items[at])], start, prices);
        for (var at = 0; at < places.Length; at++)
        {
            for (var to = start[at]; to < start[at + 1]; to++)
            {
                var from = options[to];
                (table.Sets[to], table.Primaries[to], table.Usd[to]) = (Sets[from], Primaries[from], Usd[from]);
                table.Regret[to] = reduced[from] - reduced[options[start[at]]];
                UseOf(from).CopyTo(table.Use.AsSpan(to * Dimension));
            }
        }

        return table;
    }

    private static OptionTable Join(int[] items, Row[] rows, double[] prices)
    {
        var start = new int[items.Length + 1];
        for (var at = 0; at < items.Length; at++)
        {
            start[at + 1] = start[at] + rows[at].Sets.Length;
        }

        var table = new OptionTable(items, start, prices);
        for (var at = 0; at < items.Length; at++)
        {
            rows[at].Sets.CopyTo(table.Sets, start[at]);
            rows[at].Primaries.CopyTo(table.Primaries, start[at]);
            rows[at].Usd.CopyTo(table.Usd, start[at]);
            rows[at].Regret.CopyTo(table.Regret, start[at]);
            rows[at].Use.CopyTo(table.Use, start[at] * table.Dimension);
        }

        return table;
    }

    private sealed record Row(ushort[] Sets, byte[] Primaries, double[] Usd, double[] Regret, double[] Use)
    {
        public static Row Of(FleetTerms terms, ItemView view, ReadOnlySpan<int> order, OptionCosts costs)
        {
            var dimension = terms.Active.Length;
            var row = new Row(new ushort[order.Length], new byte[order.Length], new double[order.Length], new double[order.Length], new double[order.Length * dimension]);
            Span<double> use = stackalloc double[terms.LimitCount];
            for (var at = 0; at < order.Length; at++)
            {
                var (set, primary) = (costs.SetOf[order[at]], terms.Sets.Members[order[at]]);
                use.Clear();
                view.AddUse(set, primary, use);
                (row.Sets[at], row.Primaries[at]) = (set, primary);
                row.Regret[at] = costs.Usd[order[at]] - costs.Usd[order[0]];
                row.Usd[at] = view.LatencyUsd(set, primary) + view.MoveUsd(set) + use[terms.Budget];
                for (var limit = 0; limit < dimension; limit++)
                {
                    row.Use[(at * dimension) + limit] = use[terms.Active[limit]];
                }
            }

            return row;
        }

        // A choice that dominates another is no dearer at any prices, so it stands before it.
        public Row WithoutDominated(int dimension)
        {
            var kept = new List<int>();
            for (var at = 0; at < Sets.Length; at++)
            {
                var isDominated = false;
                foreach (var better in kept)
                {
                    isDominated |= Dominates(Usd[better], Use.AsSpan(better * dimension, dimension), Usd[at], Use.AsSpan(at * dimension, dimension));
                }

                if (!isDominated)
                {
                    kept.Add(at);
                }
            }

            return new Row(
                [.. kept.Select(at => Sets[at])],
                [.. kept.Select(at => Primaries[at])],
                [.. kept.Select(at => Usd[at])],
                [.. kept.Select(at => Regret[at])],
                [.. kept.SelectMany(at => Use[(at * dimension)..((at + 1) * dimension)])]);
        }
    }

    private static bool Dominates(double usd, ReadOnlySpan<double> use, double otherUsd, ReadOnlySpan<double> otherUse)
    {
        if (usd > otherUsd)
        {
            return false;
        }

        for (var limit = 0; limit < use.Length; limit++)
        {
            if (use[limit] > otherUse[limit])
            {
                return false;
            }
        }

        return true;
    }
}
