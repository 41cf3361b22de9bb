using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Advise.Traces;

/// <summary>One object and all that was asked of it.</summary>
/// <param name="Name">As the log writes it.</param>
/// <param name="Cells">By hour, then by region.</param>
/// <param name="SizeBytes">Null when the source does not know it.</param>
/// <param name="Home">Where it is now; null when the source does not know it.</param>
public sealed record LoggedObject(string Name, ImmutableArray<DemandCell> Cells, long? SizeBytes = null, RegionId? Home = null)
{
    /// <value>Reads and writes of the whole log.</value>
    public double Operations { get; } = Cells.Sum(cell => cell.Operations);
}
