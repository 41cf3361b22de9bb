namespace Idp.Core.Sharding;

/// <summary>Brings an assignment within the limits, cheapest first, and then uses what room is left.</summary>
internal static class Repair
{
    private const double LeastRelief = 1e-13;
    private const int MaxRounds = 8;

    /// <summary>Switches items while that brings the limits nearer: least cost for each share of excess relieved.</summary>
    /// <returns>True when all limits hold.</returns>
    public static bool MakeFeasible(Assignment assignment)
    {
        var queue = new PriorityQueue<int, (double Price, int At)>();
        for (var at = 0; at < assignment.Table.Count; at++)
        {
            Enqueue(queue, assignment, at);
        }

        // Other switches change what a switch relieves, so the first of the queue is looked at again before it is made.
        while (assignment.Excess > 0 && queue.TryDequeue(out var at, out _))
        {
            var (option, price) = Cheapest(assignment, at);
            if (option < 0)
            {
                continue;
            }

            if (queue.TryPeek(out _, out var next) && next.Price < price)
            {
                queue.Enqueue(at, (price, at));
                continue;
            }

            assignment.Switch(at, option);
            Enqueue(queue, assignment, at);
        }

        return assignment.Excess <= 0;
    }

    /// <summary>Switches items to choices that cost less and fit: most saving first for what it takes of scarce things at their prices.</summary>
    public static void Improve(Assignment assignment)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var queue = new PriorityQueue<int, (double Price, int At)>();
            for (var at = 0; at < assignment.Table.Count; at++)
            {
                if (BestSaving(assignment, at) is var (option, price) && option >= 0)
                {
                    queue.Enqueue(at, (price, at));
                }
            }

            if (queue.Count == 0)
            {
                return;
            }

            while (queue.TryDequeue(out var at, out var was))
            {
                var (option, price) = BestSaving(assignment, at);
                if (option >= 0 && price <= was.Price)
                {
                    assignment.Switch(at, option);
                }
                else if (option >= 0)
                {
                    queue.Enqueue(at, (price, at));
                }
            }
        }
    }

    private static void Enqueue(PriorityQueue<int, (double Price, int At)> queue, Assignment assignment, int at)
    {
        var (option, price) = Cheapest(assignment, at);
        if (option >= 0)
        {
            queue.Enqueue(at, (price, at));
        }
    }

    // Regret, not cost: it counts what the switch takes of other scarce things at their prices.
    private static (int Option, double Price) Cheapest(Assignment assignment, int at)
    {
        var table = assignment.Table;
        var (start, end) = table.OptionsOf(at);
        var (best, least) = (-1, double.PositiveInfinity);
        for (var option = start; option < end; option++)
        {
            var relief = option == assignment.Chosen[at] ? 0 : assignment.Relief(at, option);
            if (relief <= LeastRelief)
            {
                continue;
            }

            var price = (table.Regret[option] - table.Regret[assignment.Chosen[at]]) / relief;
            (best, least) = price < least ? (option, price) : (best, least);
        }

        return (best, least);
    }

    // What is saved is what scarce things taken are worth, less the regret; so regret for each dollar taken, from below.
    private static (int Option, double Price) BestSaving(Assignment assignment, int at)
    {
        var table = assignment.Table;
        var (start, end) = table.OptionsOf(at);
        var chosen = assignment.Chosen[at];
        var (best, least) = (-1, double.PositiveInfinity);
        for (var option = start; option < end; option++)
        {
            var saving = table.Usd[chosen] - table.Usd[option];
            if (saving <= 1e-15 * table.Usd[chosen] || !assignment.Fits(at, option))
            {
                continue;
            }

            var regret = table.Regret[option] - table.Regret[chosen];
            var price = regret <= 0 ? -saving : regret / (saving + regret);
            (best, least) = price < least ? (option, price) : (best, least);
        }

        return (best, least);
    }
}
