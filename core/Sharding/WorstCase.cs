namespace Idp.Core.Sharding;

/// <summary>What no plan can cost more than, however bad.</summary>
internal static class WorstCase
{
    /// <returns>US dollars a day: every wait the longest, every item everywhere it may be, every answer from the dearest region.</returns>
    public static double Usd(FleetTerms terms, FleetItems items)
    {
        var (regions, layout) = (terms.RegionCount, items.Blocks.Layout);
        var (ms, egress, operation) = (terms.Ms.Max(), terms.EgressUsd.Max(), terms.OperationUsd.Max());
        var storage = terms.StorageUsd.Sum();
        var total = 0.0;
        for (var item = 0; item < items.Count; item++)
        {
            var view = new ItemView(terms, items.Blocks.BlockOf(item), item % ItemLayout.Lanes);
            total += (view[layout.SyncUsd] * ms) + (view[layout.SizeGb] * storage);
            total += (view[layout.ChangeGb] * (regions - 1) * egress) + (((view[layout.ChangeOps] * regions) + view[layout.PrimaryOps]) * operation);
            for (var region = 0; region < regions; region++)
            {
                total += (view[ItemLayout.ReadUsd + region] + view[layout.PrimaryUsd + region]) * ms;
                total += (view[layout.ReadGb + region] + view[layout.PrimaryGb + region]) * egress;
                total += view[layout.ReadOps + region] * operation;
                total += double.IsFinite(view[layout.SiteUsd + region]) ? view[layout.SiteUsd + region] : 0;
            }
        }

        return total;
    }
}
