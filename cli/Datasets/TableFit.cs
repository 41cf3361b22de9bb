using System.Collections.Immutable;

namespace Idp.Cli.Datasets;

/// <summary>Whether one table's rows can move.</summary>
/// <param name="Reasons">Why not, and what to do about it; empty when they can. The loop may then advise about the dataset, but nothing moves.</param>
public sealed record TableFit(string Table, ImmutableArray<string> Reasons)
{
    public bool Fits => Reasons.IsEmpty;
}
