namespace Idp.Core.Sharding;

/// <summary>Switches two items at once: one to a cheaper choice that does not fit alone, the other to make room for it.</summary>
internal static class Exchange
{
    private const int MaxRounds = 50;

    /// <summary>Makes the best exchange for each wish in turn, until none is left that saves.</summary>
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
        for (var at = 0; at < table.Count; at++)
        {
            var (start, end) = table.OptionsOf(at);
            for (var option = start; option < end; option++)
            {
                var saving = table.Usd[assignment.Chosen[at]] - table.Usd[option];
                if (saving > 1e-12 * Math.Abs(table.Usd[option]))
                {
                    hasSaved |= TryWish(assignment, at, option, saving);
                }
            }
        }

        return hasSaved;
    }

    private static bool TryWish(Assignment assignment, int at, int option, double saving)
    {
        var before = assignment.Chosen[at];
        assignment.Switch(at, option);
        var (other, choice) = assignment.Excess > 0 ? CheapestRoom(assignment, at, saving) : (at, option);
        if (other < 0)
        {
            assignment.Switch(at, before);
            return false;
        }

        assignment.Switch(other, choice);
        return true;
    }

    // The switch of another item that ends all excess and costs least, below what the wish saves.
    private static (int At, int Option) CheapestRoom(Assignment assignment, int wish, double saving)
    {
        var table = assignment.Table;
        var (best, choice, least) = (-1, -1, saving * (1 - 1e-9));
        for (var at = 0; at < table.Count; at++)
        {
            var (start, end) = table.OptionsOf(at);
            var current = table.Usd[assignment.Chosen[at]];
            for (var option = start; option < end && at != wish; option++)
            {
                if (table.Usd[option] - current < least && assignment.EndsExcess(at, option))
                {
                    (best, choice, least) = (at, option, table.Usd[option] - current);
                }
            }
        }

        return (best, choice);
    }
}
