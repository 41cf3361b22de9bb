namespace Idp.Core.Sharding;

/// <summary>Switches two items at once: one to a cheaper choice that does not fit alone, the other to make room for it.</summary>
/// <remarks>
/// A switch changes the cost by its regret less what it takes of scarce things at their prices, and together switches can take
/// no more than is left. So an exchange whose regret exceeds the worth of what is left saves nothing, and since choices stand
/// in the order of their regret most of them are never looked at.
/// </remarks>
internal static class Exchange
{
    private const int MaxRounds = 8; // Each looks at up to every pair of choices.
    private const double LeastShare = 1e-12; // Of a cost; less than that is rounding.
    private const double Clearly = 1 - 1e-9;

    /// <summary>Makes the best exchange for each wish in turn, until none is left that saves.</summary>
    /// <param name="assignment">Keeps all limits.</param>
    public static void Improve(Assignment assignment)
    {
        for (var round = 0; round < MaxRounds && Round(assignment); round++)
        {
            Repair.Improve(assignment);
        }
    }

    private static bool Round(Assignment assignment)
    {
        var (table, hasSaved) = (assignment.Table, false);
        var most = assignment.Chosen.Select(option => table.Regret[option]).DefaultIfEmpty().Max(); // What another item's switch can give back at most.
        for (var at = 0; at < table.Count; at++)
        {
            var (start, end) = table.OptionsOf(at);
            for (var option = start; option < end; option++)
            {
                var chosen = assignment.Chosen[at];
                var left = assignment.LeftUsd - (table.Regret[option] - table.Regret[chosen]);
                if (left + most < 0)
                {
                    break;
                }

                var saving = table.Usd[chosen] - table.Usd[option];
                if (saving > LeastShare * Math.Abs(table.Usd[option]) && TryWish(assignment, at, option, saving, left) is var other && other >= 0)
                {
                    most = Math.Max(most, Math.Max(table.Regret[option], table.Regret[assignment.Chosen[other]]));
                    hasSaved = true;
                }
            }
        }

        return hasSaved;
    }

    /// <returns>The item that made room, the wishing one where it needed none; −1 when none can.</returns>
    private static int TryWish(Assignment assignment, int at, int option, double saving, double left)
    {
        var before = assignment.Chosen[at];
        assignment.Switch(at, option);
        var (other, choice) = assignment.Excess > 0 ? CheapestRoom(assignment, at, saving, left) : (at, option);
        if (other < 0)
        {
            assignment.Switch(at, before);
            return other;
        }

        assignment.Switch(other, choice);
        return other;
    }

    // The switch of another item that ends all excess and costs least, below what the wish saves.
    private static (int At, int Option) CheapestRoom(Assignment assignment, int wish, double saving, double left)
    {
        var table = assignment.Table;
        var (best, choice, least) = (-1, -1, saving * Clearly);
        for (var at = 0; at < table.Count; at++)
        {
            var (start, end) = table.OptionsOf(at);
            var chosen = assignment.Chosen[at];
            for (var option = start; option < end && at != wish && table.Regret[option] - table.Regret[chosen] <= left; option++)
            {
                var costs = table.Usd[option] - table.Usd[chosen];
                if (costs < least && assignment.EndsExcess(at, option))
                {
                    (best, choice, least) = (at, option, costs);
                }
            }
        }

        return (best, choice);
    }
}
