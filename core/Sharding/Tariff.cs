namespace Idp.Core.Sharding;

/// <summary>What resources cost at given scarcity prices, by site, in US dollars.</summary>
/// <param name="StorageGb">A gigabyte for a day.</param>
/// <param name="EgressGb">A gigabyte sent to another region.</param>
/// <param name="Operation">One operation served.</param>
internal sealed record Tariff(double[] StorageGb, double[] EgressGb, double[] Operation)
{
    /// <param name="prices">By number of the limit; the budget's raises every list price by that share.</param>
    public static Tariff At(FleetTerms terms, ReadOnlySpan<double> prices)
    {
        var regions = terms.RegionCount;
        var (storage, egress, operation) = (new double[regions], new double[regions], new double[regions]);
        var infrastructure = 1 + prices[terms.Budget];
        for (var site = 0; site < regions; site++)
        {
            storage[site] = (infrastructure * terms.StorageUsd[site]) + prices[site];
            egress[site] = infrastructure * terms.EgressUsd[site];
            operation[site] = (infrastructure * terms.OperationUsd[site]) + prices[regions + site];
        }

        return new Tariff(storage, egress, operation);
    }
}
