namespace Idp.Core.Sharding;

/// <summary>A part of the search: all choices but those that its splits forbid.</summary>
/// <param name="Parent">Null at the root, whose split forbids nothing.</param>
/// <param name="Must">True when the item keeps only what the split names, false when only the rest.</param>
/// <param name="Bound">No plan in it costs less.</param>
/// <param name="Basis">Where its relaxation was solved, or nearly.</param>
internal sealed record Branch(Branch? Parent, BranchPoint Split, bool Must, double Bound, RelaxationBasis Basis)
{
    /// <summary>Forbids what this branch and those above it forbid; with <paramref name="forbid"/> false, allows it again.</summary>
    public void Mark(Relaxation relaxation, SiteSets sets, bool forbid)
    {
        for (var branch = this; branch.Parent is not null; branch = branch.Parent)
        {
            branch.Split.Forbid(relaxation, sets, branch.Must, forbid ? double.PositiveInfinity : 0);
        }
    }

    /// <returns>The same with a higher bound, if it is higher, and the basis that has it. A bound that is no number bounds nothing.</returns>
    public Branch Raised(double bound, RelaxationBasis basis) => double.IsNaN(bound) ? this : this with { Bound = Math.Max(Bound, bound), Basis = basis };
}
