namespace Idp.Core.Sharding;

/// <summary>Branch and bound over a table of choices, with the Lagrangian as bound.</summary>
/// <remarks>
/// A branch says that an item has a certain site, or not, or its primary there, or not. It inherits its parent's tangents,
/// corrected for that one item, so its bound needs a few evaluations only. The next branch is always the one with the least
/// bound; so the least bound of those left is a bound for all.
/// </remarks>
internal sealed class ExactSearch
{
    private const int RootPasses = 200;
    private const int BranchPasses = 12;
    private const int KeptPoints = 24;
    private const int MaxRounds = 20;
    private const double Promising = 0.1; // Of what is left to prove: a plan so near the best may become better by exchanges.
    private const int EarlyTries = 64; // Parts in each of which a plan is looked for; later in one of so many.
    private const int LaterTries = 16;
    private const int NodesBetweenDives = 50;
    private const double WorthBranching = 0.1; // Of what is left to prove: a bound that can rise by less is good enough to branch on.

    private readonly FleetTerms _terms;
    private readonly OptionDual _dual;
    private readonly double _gap;
    private readonly PriorityQueue<Branch, (double Bound, int Number)> _open = new();
    private double _upper;
    private double _rootStep;
    private int _opened;
    private double _unresolved = double.PositiveInfinity; // Least bound of parts that nothing splits and nothing closes.

    /// <param name="start">Any choices; if they keep all limits, only a cheaper plan replaces them.</param>
    /// <param name="upper">What a plan must cost less than to be of use, in US dollars a day.</param>
    /// <param name="gap">What the best plan may cost more than the optimum, in US dollars a day.</param>
    public ExactSearch(FleetTerms terms, OptionDual dual, Assignment start, double upper, double gap)
    {
        (_terms, _dual, Best, _upper, _gap) = (terms, dual, start, upper, gap);
    }

    /// <value>The cheapest plan found; what the search started with when there is none.</value>
    public Assignment Best { get; private set; }

    /// <value>No plan of the table's choices costs less.</value>
    public double Bound { get; private set; }

    public int Nodes { get; private set; }

    // What costs no less than this proves nothing better is there.
    private double Enough => _upper - _gap;

    public void Run(double[] start, int nodes, CancellationToken cancellationToken)
    {
        var root = new ProximalBundle(_dual.Evaluate, start);
        Bound = root.Best.Bound;
        root.Run(RootPasses, Tolerance, cancellationToken);
        Bound = root.Best.Bound;
        Try(Best.Chosen);
        foreach (var (cut, _) in root.Weighted)
        {
            Try(cut.Chosen!);
        }

        _rootStep = root.Step;
        Dive(Expand(new Branch(null, default, false, [], Bound, root.Step), root), nodes, cancellationToken);
        while (_open.TryPeek(out var next, out _) && next.Bound < Enough && Nodes < nodes)
        {
            var branch = _open.Dequeue();
            if (Nodes % NodesBetweenDives == 0)
            {
                Dive(branch, nodes, cancellationToken);
            }
            else
            {
                cancellationToken.ThrowIfCancellationRequested();
                Enqueue(Visit(branch));
            }
        }

        // What is left open, or what was closed because it cannot be better by more than the gap.
        var open = _open.TryPeek(out var left, out _) ? left.Bound : double.PositiveInfinity;
        Bound = Math.Max(Bound, Math.Min(Enough, Math.Min(open, _unresolved)));
    }

    // Relative, for the search of prices. The core may cost much less than the whole, or even less than nothing.
    private double Tolerance => Math.Min(1e-3, _gap / 10 / Math.Max(Math.Abs(Bound), double.Epsilon));

    // Follows the likelier half of each split down to where nothing is left to split: what is found there is a plan, or nearly one.
    private void Dive(Branch? branch, int nodes, CancellationToken cancellationToken)
    {
        while (branch is not null && Nodes < nodes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            branch = Visit(branch);
        }

        Enqueue(branch);
    }

    /// <returns>The likelier half of the branch, not enqueued; null when nothing of it is left to search.</returns>
    private Branch? Visit(Branch branch)
    {
        Nodes++;
        branch.Mark(_dual, _terms.Sets, forbid: true);
        var bundle = new ProximalBundle(_dual.Evaluate, branch.Points, branch.Step);
        for (var passes = 0; passes < BranchPasses && bundle.Best.Bound < Enough && !bundle.IsDone; passes++)
        {
            bundle.Run(1, Tolerance, cancellationToken: default);
            if (bundle.Promise * Math.Abs(bundle.Best.Bound) < WorthBranching * (Enough - bundle.Best.Bound))
            {
                break;
            }
        }

        // A part where steps failed must not hand its smallness down: those below it could then prove nothing.
        var next = Expand(branch with { Step = Math.Max(bundle.Step, _rootStep) }, bundle);
        branch.Mark(_dual, _terms.Sets, forbid: false);
        return next;
    }

    // Called while what the branch forbids is marked.
    private Branch? Expand(Branch branch, ProximalBundle bundle)
    {
        var split = default(BranchPoint?);
        for (var rounds = 0; bundle.Best.Bound < Enough; rounds++)
        {
            var weighted = bundle.Weighted.Where(point => point.Weight > 0).ToArray();
            if (Nodes < EarlyTries || Nodes % LaterTries == 0)
            {
                Try(Majority(weighted));
            }

            split = SplitOf(bundle, weighted);
            if (split is not null || bundle.IsDone || rounds == MaxRounds)
            {
                break;
            }

            // Tangents that all come from one choice rise without end, or to that choice's own cost: the top is farther on.
            bundle.Run(BranchPasses, Tolerance, CancellationToken.None);
        }

        branch = branch with { Bound = Math.Max(branch.Bound, bundle.Best.Bound) };
        if (branch.Bound >= Enough)
        {
            return null;
        }

        if (split is not { } point)
        {
            Try(Majority([.. bundle.Weighted.Where(tangent => tangent.Weight > 0)]));
            _unresolved = Math.Min(_unresolved, branch.Bound);
            return null;
        }

        DualPoint[] points = [.. bundle.Weighted
            .OrderByDescending(known => known.Weight).ThenBy(known => known.Cut.EstimateAt(bundle.Best.Prices))
            .Select(known => known.Cut).Take(KeptPoints)];
        var isLikely = bundle.Weighted.Sum(known => point.Names(_dual.Table, _terms.Sets, known.Cut.Chosen![point.At]) ? known.Weight : 0) >= 0.5;
        var (likely, other) = (Half(branch, point, isLikely, points), Half(branch, point, !isLikely, points));
        if (likely is null)
        {
            return other;
        }

        Enqueue(other);
        return likely;
    }

    private BranchPoint? SplitOf(ProximalBundle bundle, (DualPoint Cut, double Weight)[] weighted)
    {
        var cuts = bundle.Weighted.Select(point => point.Cut).ToArray();
        return BranchPoint.Choose(_dual, _terms.Sets, weighted, bundle.Best.Prices)
            ?? BranchPoint.Choose(_dual, _terms.Sets, [.. cuts.Select(cut => (cut, 1.0 / cuts.Length))], bundle.Best.Prices);
    }

    /// <returns>Null when no plan in it can be better.</returns>
    private Branch? Half(Branch parent, BranchPoint split, bool must, DualPoint[] points)
    {
        var child = new Branch(parent with { Points = [] }, split, must, points, parent.Bound, parent.Step);
        child.Mark(_dual, _terms.Sets, forbid: true);
        DualPoint[] corrected = [.. points.Select(point => _dual.Without(point, split.At))];
        child.Mark(_dual, _terms.Sets, forbid: false);
        parent.Mark(_dual, _terms.Sets, forbid: true);
        var bound = Math.Max(parent.Bound, corrected.Max(point => point.Bound));
        return bound < Enough ? child with { Points = corrected, Bound = bound } : null;
    }

    private void Enqueue(Branch? branch)
    {
        if (branch is not null)
        {
            _open.Enqueue(branch, (branch.Bound, _opened++));
        }
    }

    private void Try(int[] chosen)
    {
        var plan = Best.With(chosen);
        if (!Repair.MakeFeasible(plan))
        {
            return;
        }

        Repair.Improve(plan);
        if (plan.Usd - _upper < Promising * (_upper - Bound))
        {
            Exchange.Improve(plan);
        }

        if (plan.Usd < _upper)
        {
            (Best, _upper) = (plan, plan.Usd);
        }
    }

    // Each item where most of the tangents' weight puts it.
    private int[] Majority((DualPoint Cut, double Weight)[] weighted)
    {
        var chosen = new int[_dual.Table.Count];
        for (var at = 0; at < chosen.Length; at++)
        {
            var most = 0.0;
            foreach (var (cut, _) in weighted)
            {
                var weight = weighted.Where(other => other.Cut.Chosen![at] == cut.Chosen![at]).Sum(other => other.Weight);
                (chosen[at], most) = weight > most ? (cut.Chosen![at], weight) : (chosen[at], most);
            }
        }

        return chosen;
    }
}
