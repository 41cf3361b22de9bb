using System.Collections.Immutable;
using System.Numerics;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Sharding;

/// <summary>Says why a fleet plan puts an object where it does.</summary>
public static class FleetExplainer
{
    /// <summary>Prices every choice of one object again at the plan's prices, and compares.</summary>
    /// <param name="at">Index of the object.</param>
    /// <param name="exclusions">Policies' words for the regions it may not be in; where one is missing, compliance is named.</param>
    /// <exception cref="ArgumentException">The plan places the object nowhere.</exception>
    public static PlacementChoice Explain(FleetProblem problem, FleetPlan plan, int at, IReadOnlyList<RegionExclusion> exclusions)
    {
        if (plan.Sites[at] == 0)
        {
            throw new ArgumentException($"Object {at} is unplaceable: compliance leaves it fewer sites than its durability floor.", nameof(at));
        }

        var item = new OneItem(problem, plan.Prices, at);
        var writer = new ChoiceWriter(problem, plan.Prices, item);
        var chosen = writer.OptionOf(plan.Sites[at], plan.Primaries[at]);
        var other = Cheapest(item.Costs.Usd, option => option != chosen);
        var margin = other < 0 ? 0 : item.Costs.Usd[other] - item.Costs.Usd[chosen];
        return new PlacementChoice(
            at,
            item.Members,
            writer.Write(chosen),
            other < 0 ? null : writer.Write(other),
            Wording.Money(margin),
            [.. problem.Regions.Select((_, region) => Verdict(problem, item, writer, chosen, region, exclusions))],
            margin < 0 ? [] : [.. FlipFinder.Find(problem, item, writer, chosen)]);
    }

    private static RegionVerdict Verdict(
        FleetProblem problem, OneItem item, ChoiceWriter writer, int chosen, int region, IReadOnlyList<RegionExclusion> exclusions)
    {
        var (costs, id) = (item.Costs, problem.Regions[region]);
        var mask = item.Terms.Sets.Masks[costs.SetOf[chosen]];
        var with = Cheapest(costs.Usd, option => (item.Terms.Sets.Masks[costs.SetOf[option]] >> region & 1) != 0);
        decimal? extra = with < 0 ? null : Wording.Money(costs.Usd[with] - costs.Usd[chosen]);
        if ((mask >> region & 1) != 0)
        {
            return item.Terms.Sets.Members[chosen] == region
                ? new RegionVerdict(id, RegionStanding.Primary, "writes go here", 0)
                : new RegionVerdict(id, RegionStanding.Replica, "serves readers nearest to it", 0);
        }

        if (item.Members.Any(member => (problem.Objects.AllowedSites[member] >> region & 1) == 0))
        {
            var rule = exclusions.FirstOrDefault(exclusion => exclusion.Region == id)?.Because ?? "compliance does not allow it";
            return new RegionVerdict(id, RegionStanding.Prohibited, rule, null);
        }

        if ((item.Terms.OpenSites >> region & 1) == 0)
        {
            return new RegionVerdict(id, RegionStanding.Closed, "it has no capacity", null);
        }

        var most = item.Members.Min(member => problem.Objects.MaxSites[member]);
        if (BitOperations.PopCount(mask) >= most && writer.SavesUncapped(chosen, region) is var saved && saved > 0)
        {
            return new RegionVerdict(
                id, RegionStanding.SiteLimit, $"would save {Wording.Usd(saved)}/day as a further site, limit {most} sites", extra);
        }

        return new RegionVerdict(
            id, RegionStanding.Outweighed, with < 0 ? "no allowed set has it" : writer.Compare(chosen, with), extra);
    }

    /// <returns>−1 when no such choice is allowed.</returns>
    private static int Cheapest(double[] usd, Func<int, bool> suits)
    {
        var best = -1;
        for (var option = 0; option < usd.Length; option++)
        {
            if (double.IsFinite(usd[option]) && (best < 0 || usd[option] < usd[best]) && suits(option))
            {
                best = option;
            }
        }

        return best;
    }
}
