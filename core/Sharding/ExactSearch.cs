namespace Idp.Core.Sharding;

/// <summary>Branch and bound over a table of choices, with the linear relaxation as bound.</summary>
/// <remarks>
/// A branch says that an item has a certain site, or not, or its primary there, or not. A relaxation's optimum splits no more items
/// between choices than there are limits, so few questions are worth asking: the one whose answers both raise the bound most is
/// asked (strong branching). In each part only the choices count that a better plan may have (<see cref="OpenPart"/>).
/// The search follows the likelier answer down to where nothing is left, then goes on with the part of the least bound; so the
/// least bound of those left is a bound for all.
/// </remarks>
internal sealed class ExactSearch
{
    private const int Trials = 6; // Of questions, before one is asked.
    private const int StepsOfTrial = 20;
    private const int MostSteps = 100_000;
    private const double Promising = 0.1; // Of what is left to prove: a plan so near the best may become better by exchanges.
    private const int EarlyTries = 64; // Parts in each of which a plan is looked for; later in one of so many.
    private const int LaterTries = 16;
    private const double LeastRise = 1e-9; // Of the best plan's cost, so that one idle answer does not hide what the other does.

    private readonly SiteSets _sets;
    private readonly Relaxation _whole;
    private readonly double[] _limits;
    private readonly double[] _scales;
    private readonly double _gap;
    private readonly PriorityQueue<Branch, (double Bound, int Number)> _open = new();
    private double _upper;
    private int _opened;
    private double _unresolved = double.PositiveInfinity; // Least bound of parts that nothing splits and nothing closes.

    /// <param name="start">Any choices; if they keep all limits, only a cheaper plan replaces them.</param>
    /// <param name="scales">Coordinates of prices (<see cref="Dual"/>).</param>
    /// <param name="upper">What a plan must cost less than to be of use, in US dollars a day.</param>
    /// <param name="gap">What the best plan may cost more than the optimum, in US dollars a day.</param>
    public ExactSearch(SiteSets sets, Assignment start, double[] scales, double upper, double gap)
    {
        (_sets, Best, _limits, _scales, _upper, _gap) = (sets, start, start.Limits, scales, upper, gap);
        _whole = new Relaxation(start.Table, [.. _limits.Select(Assignment.Room)], scales);
    }

    /// <value>The cheapest plan found; what the search started with when there is none.</value>
    public Assignment Best { get; private set; }

    /// <value>No plan of the table's choices costs less.</value>
    public double Bound { get; private set; } = double.NegativeInfinity;

    public int Nodes { get; private set; }

    /// <value>Share of the proven margin beyond which choices are left out. Below 1 it is an error, which tests plant to see it noticed.</value>
    public double MarginShare { get; init; } = 1;

    // What costs no less than this proves nothing better is there.
    private double Enough => _upper - _gap;

    public void Run(int nodes, CancellationToken cancellationToken)
    {
        _whole.Solve(RelaxationBasis.Free(_limits.Length), Enough, MostSteps);
        Bound = _whole.Bound;
        Enqueue(new Branch(null, default, false, Bound, _whole.Basis));
        var next = default(Branch?);
        while (Nodes < nodes && (next is not null || (_open.TryPeek(out var open, out _) && open.Bound < Enough)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            next = Visit(next ?? _open.Dequeue());
        }

        if (next is not null)
        {
            Enqueue(next);
        }

        // What is left open, or what was closed because it cannot be better by more than the gap.
        var least = _open.TryPeek(out var left, out _) ? left.Bound : double.PositiveInfinity;
        Bound = Math.Max(Bound, Math.Min(Enough, Math.Min(least, _unresolved)));
    }

    /// <returns>The likelier half of the branch, not enqueued; null when nothing of it is left to search.</returns>
    private Branch? Visit(Branch branch)
    {
        Nodes++;
        branch.Mark(_whole, _sets, forbid: true);
        _whole.Price(branch.Basis);
        branch = branch.Raised(_whole.Bound, branch.Basis);
        var isOpen = branch.Bound < Enough;
        var part = isOpen ? new OpenPart(_whole, branch.Basis, MarginShare * (Enough - _whole.Bound), _limits, _scales) : null;
        branch.Mark(_whole, _sets, forbid: false);
        return part is null ? null : Search(branch, part);
    }

    private Branch? Search(Branch branch, OpenPart part)
    {
        var relaxation = part.Relaxation;
        while (true)
        {
            relaxation.Solve(part.Here(branch.Basis), Enough - part.FixedUsd, MostSteps);
            branch = branch.Raised(relaxation.Bound + part.FixedUsd, part.InWhole(relaxation.Basis));
            if (branch.Bound >= Enough)
            {
                return null;
            }

            var splits = relaxation.IsSolved ? BranchPoint.Choose(relaxation, _sets, Trials) : [];
            if (relaxation.IsSolved && (splits.Length == 0 || Nodes < EarlyTries || Nodes % LaterTries == 0))
            {
                Try(part, relaxation.Rounded());
            }

            if (splits.Length == 0)
            {
                _unresolved = Math.Min(_unresolved, branch.Bound);
                return null;
            }

            var (likely, other) = Ask(branch, part, splits);
            if (likely.Bound >= Enough)
            {
                return null;
            }

            if (other.Bound < Enough)
            {
                Enqueue(other);
                return likely;
            }

            // One answer leaves nothing better, so the other is no question.
            part.Here(likely.Split).Forbid(relaxation, _sets, likely.Must, double.PositiveInfinity);
            branch = likely;
        }
    }

    /// <returns>The halves of the question that both raise the bound most; the first where one of them leaves nothing better.</returns>
    private (Branch Likely, Branch Other) Ask(Branch branch, OpenPart part, BranchPoint[] splits)
    {
        var state = part.Relaxation.Save();
        var (best, most) = (default((Branch, Branch)), double.NegativeInfinity);
        foreach (var split in splits)
        {
            var (yes, no) = (Half(branch, part, state, split, must: true), Half(branch, part, state, split, must: false));
            var halves = yes.Bound <= no.Bound ? (yes, no) : (no, yes);
            if (halves.Item2.Bound >= Enough)
            {
                return halves;
            }

            var score = Math.Max(yes.Bound - branch.Bound, LeastRise * _upper) * Math.Max(no.Bound - branch.Bound, LeastRise * _upper);
            (best, most) = score > most ? (halves, score) : (best, most);
        }

        return best;
    }

    private Branch Half(Branch parent, OpenPart part, RelaxationState state, BranchPoint split, bool must)
    {
        var relaxation = part.Relaxation;
        var (start, end) = relaxation.Table.OptionsOf(split.At);
        double[] forbidden = relaxation.Forbidden[start..end];
        relaxation.Restore(state);
        split.Forbid(relaxation, _sets, must, double.PositiveInfinity);
        relaxation.SolveWithout(split.At, Enough - part.FixedUsd, StepsOfTrial);
        forbidden.CopyTo(relaxation.Forbidden, start);
        return new Branch(parent, part.InWhole(split), must, parent.Bound, parent.Basis)
            .Raised(relaxation.Bound + part.FixedUsd, part.InWhole(relaxation.Basis));
    }

    private void Enqueue(Branch branch) => _open.Enqueue(branch, (branch.Bound, _opened++));

    private void Try(OpenPart part, int[] chosen)
    {
        var plan = part.Plan(chosen);
        if (!Repair.MakeFeasible(plan))
        {
            return;
        }

        Repair.Improve(plan);
        if (plan.Usd + part.FixedUsd - _upper < Promising * (_upper - Bound))
        {
            Exchange.Improve(plan);
        }

        // Summed up anew: what was set aside is part of it.
        var better = new Assignment(Best.Table, _limits, new double[_limits.Length], part.InWhole(plan));
        if (better.Usd < _upper && better.Excess <= 0)
        {
            (Best, _upper) = (better, better.Usd);
        }
    }
}
