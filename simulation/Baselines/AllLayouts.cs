using Idp.Core.Planning;

namespace Idp.Simulation.Baselines;

/// <summary>Lists layouts, for policies that try all of them.</summary>
internal static class AllLayouts
{
    public static IEnumerable<Layout> Of(SiteSet feasible, int maxSites) =>
        from mask in Enumerable.Range(1, feasible.Mask)
        let sites = new SiteSet((ushort)mask)
        where sites.IsSubsetOf(feasible) && sites.Count <= maxSites
        from primary in sites.ToIndices()
        select new Layout(primary, sites);
}
