namespace Idp.Core.Sharding;

/// <summary>One choice for each item of a table, and what all items together use.</summary>
internal sealed class Assignment
{
    // Sums are kept by differences: a plan that meets a limit exactly, as round numbers do, must not fail for their rounding. A tenth of
    // what the plan's final sums are forgiven.
    private const double Rounding = PlanWriter.Tolerance / 10;

    private readonly double[] _limits; // With what rounding may add.

    /// <param name="limits">By active limit.</param>
    /// <param name="fixedUse">What items outside the table use.</param>
    /// <param name="chosen">Option of each item.</param>
    public Assignment(OptionTable table, double[] limits, double[] fixedUse, int[] chosen)
    {
        (Table, Chosen, Use, Limits) = (table, chosen, [.. fixedUse], limits);
        _limits = [.. limits.Select(Room)];
        for (var at = 0; at < table.Count; at++)
        {
            Usd += table.Usd[chosen[at]];
            for (var limit = 0; limit < Use.Length; limit++)
            {
                Use[limit] += table.UseOf(chosen[at])[limit];
            }
        }
    }

    /// <returns>What may be used of a limit, rounding included. A bound on plans must allow it, too.</returns>
    public static double Room(double limit) => limit * (1 + Rounding);

    public OptionTable Table { get; }

    public int[] Chosen { get; }

    /// <value>By active limit.</value>
    public double[] Limits { get; }

    /// <value>By active limit, items outside the table included.</value>
    public double[] Use { get; }

    /// <value>Cost of the table's items at list prices.</value>
    public double Usd { get; private set; }

    /// <value>Sum over the limits of what is used beyond them, relative to each.</value>
    public double Excess
    {
        get
        {
            var excess = 0.0;
            for (var limit = 0; limit < Use.Length; limit++)
            {
                excess += Beyond(limit, Use[limit]);
            }

            return excess;
        }
    }

    /// <value>What is left of the limits, at the table's prices, in US dollars a day.</value>
    public double LeftUsd
    {
        get
        {
            var usd = 0.0;
            for (var limit = 0; limit < Use.Length; limit++)
            {
                usd += Table.Prices[limit] * (Limits[limit] - Use[limit]);
            }

            return usd;
        }
    }

    public void Switch(int at, int option)
    {
        if (option == Chosen[at])
        {
            return;
        }

        var from = Table.UseOf(Chosen[at]);
        var to = Table.UseOf(option);
        Usd += Table.Usd[option] - Table.Usd[Chosen[at]];
        for (var limit = 0; limit < Use.Length; limit++)
        {
            Use[limit] += to[limit] - from[limit];
        }

        Chosen[at] = option;
    }

    /// <returns>By how much the excess would fall; negative when it would grow.</returns>
    public double Relief(int at, int option)
    {
        var from = Table.UseOf(Chosen[at]);
        var to = Table.UseOf(option);
        var relief = 0.0;
        for (var limit = 0; limit < Use.Length; limit++)
        {
            var change = to[limit] - from[limit];
            if (change != 0)
            {
                relief += Beyond(limit, Use[limit]) - Beyond(limit, Use[limit] + change);
            }
        }

        return relief;
    }

    /// <returns>True when no limit that the switch uses more of would be exceeded.</returns>
    public bool Fits(int at, int option)
    {
        var from = Table.UseOf(Chosen[at]);
        var to = Table.UseOf(option);
        for (var limit = 0; limit < Use.Length; limit++)
        {
            if (to[limit] > from[limit] && Use[limit] + to[limit] - from[limit] > _limits[limit])
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>True when all limits would hold after the switch.</returns>
    public bool EndsExcess(int at, int option)
    {
        var from = Table.UseOf(Chosen[at]);
        var to = Table.UseOf(option);
        for (var limit = 0; limit < Use.Length; limit++)
        {
            if (Use[limit] + to[limit] - from[limit] > _limits[limit])
            {
                return false;
            }
        }

        return true;
    }

    private double Beyond(int limit, double use) =>
        use <= _limits[limit] ? 0 : _limits[limit] > 0 ? (use / _limits[limit]) - 1 : use;
}
