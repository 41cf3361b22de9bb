namespace Idp.Core.Sharding;

/// <summary>A part of the search: all choices but those that its splits forbid.</summary>
/// <param name="Parent">Null at the root, whose split forbids nothing.</param>
/// <param name="Must">True when the item keeps only what the split names, false when only the rest.</param>
/// <param name="Points">Tangents of the bound in this part, with the choices they come from.</param>
internal sealed record Branch(Branch? Parent, BranchPoint Split, bool Must, DualPoint[] Points, double Bound, double Step)
{
    /// <summary>Forbids in the bound what this branch and those above it forbid; with <paramref name="forbid"/> false, allows it again.</summary>
    public void Mark(OptionDual bound, SiteSets sets, bool forbid)
    {
        for (var branch = this; branch.Parent is not null; branch = branch.Parent)
        {
            var (start, end) = bound.Table.OptionsOf(branch.Split.At);
            for (var option = start; option < end; option++)
            {
                if (branch.Split.Names(bound.Table, sets, option) != branch.Must)
                {
                    bound.Forbidden[option] = forbid ? double.PositiveInfinity : 0;
                }
            }
        }
    }
}
