using System.Collections.Immutable;
using Idp.Advise.Traces;
using Idp.Core.Planning;

namespace Idp.Advise.Fleets;

/// <summary>One object as it is evaluated.</summary>
/// <param name="Dataset">Name of the intent that speaks for it; empty without one.</param>
/// <param name="Home">The one region where it is now, by index.</param>
/// <param name="Feasible">Where stores are and its policies allow it; may be empty.</param>
/// <param name="Cells">By hour, then by region.</param>
public sealed record FleetObject(string Name, string Dataset, double SizeGb, int Home, SiteSet Feasible, ImmutableArray<DemandCell> Cells)
{
    /// <value>Reads and writes of the whole log.</value>
    public double Operations { get; } = Cells.Sum(cell => cell.Operations);

    /// <value>Regions that asked for it.</value>
    public SiteSet Callers { get; } = SiteSet.Of([.. Cells.Select(cell => cell.Region).Distinct().Order()]);

    /// <summary>
    /// Regions worth looking at when time is short: its home and those it is used from. When one of these is forbidden, all that are allowed.
    /// </summary>
    public SiteSet NearSites
    {
        get
        {
            var wanted = Callers.With(Home);
            return wanted.IsSubsetOf(Feasible) ? wanted : Feasible;
        }
    }

    /// <returns>Mean demand of an hour.</returns>
    /// <param name="hours">Hours of the log.</param>
    public DemandWindow MeanHour(int regions, int hours)
    {
        var (reads, writes) = (new double[regions], new double[regions]);
        foreach (var cell in Cells)
        {
            reads[cell.Region] += cell.Reads / hours;
            writes[cell.Region] += cell.Writes / hours;
        }

        return new DemandWindow(regions, reads, writes);
    }
}
