using System.Collections.Immutable;
using Idp.Advise.Traces;
using Idp.Core;
using Idp.Core.Planning;

namespace Idp.Advise.Fleets;

/// <summary>Puts a log into a world: where each object is now, how large it is, and where it may be.</summary>
/// <param name="home">Where every object is now; null to take what the source, the intent's birth region or the log says.</param>
public sealed class FleetBuilder(Market market, Assumptions assumptions, Rules rules, RegionId? home)
{
    /// <param name="log">Its regions are those of the market, in the same order.</param>
    public Fleet Build(DemandLog log)
    {
        var usual = home ?? BusiestWriter(log);
        var feasible = new Dictionary<string, SiteSet>(StringComparer.Ordinal);
        SiteSet FeasibleOf(string dataset)
        {
            if (!feasible.TryGetValue(dataset, out var sites))
            {
                feasible[dataset] = sites = SiteSet.Of([.. market.Stores.ToIndices().Where(region => rules.DenialsOf(dataset, market.Regions[region].Id).IsEmpty)]);
            }

            return sites;
        }

        return new Fleet(
            market.WorldOf(assumptions with { AnswerBytes = log.Summary.AnswerBytes ?? assumptions.AnswerBytes }),
            log.From,
            log.Hours,
            [.. log.Objects.Select(entry =>
            {
                var dataset = rules.DatasetOf(entry.Name);
                var at = home ?? entry.Home ?? rules.Intents.GetValueOrDefault(dataset)?.Schema?.BirthRegion ?? usual;
                return new FleetObject(entry.Name, dataset, (entry.SizeBytes ?? assumptions.ObjectBytes) / RegionPrices.BytesPerGb, IndexOf(at), FeasibleOf(dataset), entry.Cells);
            })]);
    }

    /// <returns>The region that writes most, then the one that reads most: where a single database most likely is.</returns>
    public RegionId BusiestWriter(DemandLog log)
    {
        var (reads, writes) = (new double[market.Regions.Length], new double[market.Regions.Length]);
        foreach (var cell in log.Objects.SelectMany(entry => entry.Cells))
        {
            reads[cell.Region] += cell.Reads;
            writes[cell.Region] += cell.Writes;
        }

        return market.Stores.ToIndices().OrderByDescending(region => writes[region]).ThenByDescending(region => reads[region]).Select(region => market.Regions[region].Id).First();
    }

    private int IndexOf(RegionId region)
    {
        var index = market.Regions.Index().FirstOrDefault(entry => entry.Item.Id == region, (-1, null!)).Index;
        return index >= 0 ? index : throw new ArgumentException($"'{region}' is not one of {string.Join(", ", market.Regions.Select(known => known.Id))}.", nameof(region));
    }
}
