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
    private const double WorthBranching = 0.1; // Of what is left to prove: a bound that can rise by less is good enough to branch on.

    private readonly FleetTerms _terms;
    private readonly OptionDual _dual;
    private readonly double _gap;
    private readonly PriorityQueue<Branch, (double Bound, int Number)> _open = new();
    private int _opened;
    private double _unresolved = double.PositiveInfinity; // Least bound of parts that nothing splits and nothing closes.

    public ExactSearch(FleetTerms terms, OptionDual dual, Assignment incumbent, double gap)
    {
        (_terms, _dual, _gap, Best) = (terms, dual, gap, incumbent);
    }

    /// <value>The cheapest plan found; it keeps all limits.</value>
    public Assignment Best { get; private set; }

    /// <value>No plan of the table's choices costs less.</value>
    public double Bound { get; private set; }

    public int Nodes { get; private set; }

    // What costs no less than this proves nothing better is there.
    private double Enough => Best.Usd * (1 - _gap);

    public void Run(double[] start, int nodes, CancellationToken cancellationToken)
    {
        var root = new ProximalBundle(_dual.Evaluate, start);
        root.Run(RootPasses, _gap / 10, cancellationToken);
        Bound = root.Best.Bound;
        foreach (var (cut, _) in root.Weighted)
        {
            Try(cut.Chosen!);
        }

        Expand(new Branch(null, default, false, [], Bound, root.Step), root);
        while (_open.TryPeek(out var next, out _) && next.Bound < Enough && Nodes < nodes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Visit(_open.Dequeue());
        }

        // What is left open, or what was closed because it cannot be better by more than the gap.
        var open = _open.TryPeek(out var left, out _) ? left.Bound : double.PositiveInfinity;
        Bound = Math.Max(Bound, Math.Min(Enough, Math.Min(open, _unresolved)));
    }

    private void Visit(Branch branch)
    {
        Nodes++;
        branch.Mark(_dual, _terms.Sets, forbid: true);
        var bundle = new ProximalBundle(_dual.Evaluate, branch.Points, branch.Step);
        for (var passes = 0; passes < BranchPasses && bundle.Best.Bound < Enough; passes++)
        {
            bundle.Run(1, _gap / 10, cancellationToken: default);
            if (bundle.Promise * Math.Abs(bundle.Best.Bound) < WorthBranching * (Enough - bundle.Best.Bound))
            {
                break;
            }
        }

        branch.Mark(_dual, _terms.Sets, forbid: false);
        if (bundle.Best.Bound < Enough)
        {
            Expand(branch with { Bound = Math.Max(branch.Bound, bundle.Best.Bound), Step = bundle.Step }, bundle);
        }
    }

    private void Expand(Branch branch, ProximalBundle bundle)
    {
        var weighted = bundle.Weighted.Where(point => point.Weight > 0).ToArray();
        Try(Majority(weighted));
        if (SplitOf(bundle, weighted) is not { } split)
        {
            _unresolved = Math.Min(_unresolved, branch.Bound);
            return;
        }

        DualPoint[] points = [.. bundle.Weighted
            .OrderByDescending(point => point.Weight).ThenBy(point => point.Cut.EstimateAt(bundle.Best.Prices))
            .Select(point => point.Cut).Take(KeptPoints)];
        Open(branch, split, must: true, points);
        Open(branch, split, must: false, points);
    }

    private BranchPoint? SplitOf(ProximalBundle bundle, (DualPoint Cut, double Weight)[] weighted)
    {
        var cuts = bundle.Weighted.Select(point => point.Cut).ToArray();
        return BranchPoint.Choose(_dual, _terms.Sets, weighted, bundle.Best.Prices)
            ?? BranchPoint.Choose(_dual, _terms.Sets, [.. cuts.Select(cut => (cut, 1.0 / cuts.Length))], bundle.Best.Prices);
    }

    private void Open(Branch parent, BranchPoint split, bool must, DualPoint[] points)
    {
        var child = new Branch(parent, split, must, points, parent.Bound, parent.Step);
        child.Mark(_dual, _terms.Sets, forbid: true);
        DualPoint[] corrected = [.. points.Select(point => _dual.Without(point, split.At))];
        child.Mark(_dual, _terms.Sets, forbid: false);
        var bound = Math.Max(parent.Bound, corrected.Max(point => point.Bound));
        if (bound < Enough)
        {
            _open.Enqueue(child with { Points = corrected, Bound = bound }, (bound, _opened++));
        }
    }

    private void Try(int[] chosen)
    {
        var plan = Best.With(chosen);
        if (Repair.MakeFeasible(plan))
        {
            Repair.Improve(plan);
            Best = plan.Usd < Best.Usd ? plan : Best;
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
