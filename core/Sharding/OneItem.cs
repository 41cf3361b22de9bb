using System.Collections.Immutable;

namespace Idp.Core.Sharding;

/// <summary>One object, or one co-access group, cut out of its fleet, so that it can be priced under changes.</summary>
internal sealed class OneItem
{
    private readonly FleetProblem _fleet;
    private readonly ScarcityPrices _prices;
    private readonly bool _mayHaveAllSites;

    public OneItem(FleetProblem fleet, ScarcityPrices prices, int at)
        : this(fleet, prices, MembersOf(fleet, at), mayHaveAllSites: false)
    {
        if (Members.Length > 1 && !IsPlaceable)
        {
            Members = [at]; // The group was split.
            (Terms, Block, Costs) = Price(change: null, 0);
        }
    }

    private OneItem(FleetProblem fleet, ScarcityPrices prices, ImmutableArray<int> members, bool mayHaveAllSites)
    {
        (_fleet, _prices, _mayHaveAllSites, Members) = (fleet, prices, mayHaveAllSites, members);
        (Terms, Block, Costs) = Price(change: null, 0);
    }

    public ImmutableArray<int> Members { get; }

    public FleetTerms Terms { get; }

    public double[] Block { get; }

    /// <value>Every choice's cost at the plan's prices.</value>
    public OptionCosts Costs { get; }

    public ItemView View => new(Terms, Block, lane: 0);

    private bool IsPlaceable => Array.Exists(Costs.Usd, double.IsFinite);

    /// <returns>Every choice's cost when one thing is changed to a value; linear in it.</returns>
    public double[] UsdAt(FlipKind kind, int region, double value) => Price((kind, region), value).Costs.Usd;

    /// <returns>The same without a cap on the number of sites.</returns>
    public OneItem Uncapped() => new(_fleet, _prices, Members, mayHaveAllSites: true);

    /// <returns>Today's value of what can change.</returns>
    public double Today(FlipKind kind, int region) => kind switch
    {
        FlipKind.StoragePrice => _fleet.StorageUsdPerGbDay[region],
        FlipKind.EgressPrice => _fleet.EgressUsdPerGb[region],
        _ => 1,
    };

    private (FleetTerms Terms, double[] Block, OptionCosts Costs) Price((FlipKind Kind, int Region)? change, double value)
    {
        var objects = Copy();
        var storage = _fleet.StorageUsdPerGbDay;
        var egress = _fleet.EgressUsdPerGb;
        switch (change)
        {
            case (FlipKind.Demand, var region):
                ScaleDemand(objects, region, value);
                break;
            case (FlipKind.StoragePrice, var region):
                storage = storage.SetItem(region, value);
                break;
            case (FlipKind.EgressPrice, var region):
                egress = egress.SetItem(region, value);
                break;
            case (FlipKind.LatencyValue, _):
                Scale(objects.UsdPerMs, value);
                break;
            case (FlipKind.Size, _):
                Scale(objects.SizeBytes, value);
                break;
        }

        var problem = _fleet with { StorageUsdPerGbDay = storage, EgressUsdPerGb = egress, Objects = objects };
        var terms = new FleetTerms(problem);
        var block = new double[new ItemLayout(terms.RegionCount).BlockLength];
        var writer = new ItemWriter(problem, terms);
        var costs = new OptionCosts(terms);
        if (writer.Write([.. Enumerable.Range(0, Members.Length)], block, lane: 0))
        {
            costs.Fill(new ItemView(terms, block, lane: 0), Tariff.At(terms, _prices.ByLimit()));
        }
        else
        {
            Array.Fill(costs.Usd, double.PositiveInfinity);
        }

        return (terms, block, costs);
    }

    private FleetObjects Copy()
    {
        var copy = _fleet.Objects.Pick(Members);
        if (_mayHaveAllSites)
        {
            Array.Fill(copy.MaxSites, (byte)_fleet.Regions.Length);
        }

        return copy;
    }

    private static ImmutableArray<int> MembersOf(FleetProblem fleet, int at) =>
        fleet.Objects.Group is { } groups && groups[at] >= 0
            ? [.. Enumerable.Range(0, groups.Length).Where(other => groups[other] == groups[at])]
            : [at];

    private static void ScaleDemand(FleetObjects objects, int region, double factor)
    {
        for (var at = region; at < objects.ReadsPerDay.Length; at += objects.RegionCount)
        {
            objects.ReadsPerDay[at] *= factor;
            objects.WritesPerDay[at] *= factor;
        }
    }

    private static void Scale(double[] values, double factor)
    {
        for (var at = 0; at < values.Length; at++)
        {
            values[at] *= factor;
        }
    }
}
