using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Sharding;

/// <summary>Puts choices of one item into words and dollars.</summary>
internal sealed class ChoiceWriter(FleetProblem problem, ScarcityPrices prices, OneItem item)
{
    private const decimal Unnoticed = 0.000_001m; // A part of the difference below this is left unsaid.

    /// <returns>Number of the choice with these sites and this primary.</returns>
    public int OptionOf(ushort sites, byte primary)
    {
        var (start, end) = item.Terms.Sets.MembersOf(item.Terms.Sets.IndexOf(sites));
        return start + item.Terms.Sets.Members.AsSpan(start..end).IndexOf(primary);
    }

    public SiteChoice Write(int option)
    {
        var (terms, view) = (item.Terms, item.Block);
        var (set, primary) = (item.Costs.SetOf[option], item.Terms.Sets.Members[option]);
        var one = new ItemView(terms, view, lane: 0);
        var use = new double[terms.LimitCount];
        one.AddUse(set, primary, use);
        var latency = one.LatencyUsd(set, primary);
        var move = one.MoveUsd(set);
        return new SiteChoice(
            problem.Regions[primary],
            [.. problem.Regions.Where((_, region) => region != primary && (terms.Sets.Masks[set] >> region & 1) != 0)],
            Wording.Money(latency),
            Wording.Money(use[terms.Budget]),
            Wording.Money(move),
            Wording.Money(use.Zip(prices.ByLimit(), (amount, price) => amount * price).Sum()));
    }

    /// <returns>What a further site would save if the number of sites were not capped, in US dollars a day; not above 0 when it would not.</returns>
    public double SavesUncapped(int chosen, int region)
    {
        var uncapped = item.Uncapped();
        var mask = (ushort)(item.Terms.Sets.Masks[item.Costs.SetOf[chosen]] | 1 << region);
        var (start, end) = uncapped.Terms.Sets.MembersOf(uncapped.Terms.Sets.IndexOf(mask));
        return item.Costs.Usd[chosen] - uncapped.Costs.Usd.AsSpan(start..end).ToArray().Min();
    }

    /// <returns>Where the money goes that another choice costs more.</returns>
    public string Compare(int chosen, int other)
    {
        var (from, to) = (Write(chosen), Write(other));
        string[] parts =
        [
            .. Part("waiting", to.LatencyUsdPerDay - from.LatencyUsdPerDay),
            .. Part("infrastructure", to.InfrastructureUsdPerDay - from.InfrastructureUsdPerDay),
            .. Part("new copies", to.MoveUsdPerDay - from.MoveUsdPerDay),
            .. Part("scarce capacity and budget", to.ScarcityUsdPerDay - from.ScarcityUsdPerDay),
        ];
        var total = (double)(to.TotalUsdPerDay - from.TotalUsdPerDay);
        return $"the best set with it ({Names(to)}) costs {Wording.Usd(total)}/day more: {string.Join(", ", parts)}";
    }

    /// <returns>The primary, then the replicas.</returns>
    public static string Names(SiteChoice choice) => string.Join(" + ", [choice.Primary, .. choice.Replicas]);

    private static IEnumerable<string> Part(string name, decimal usd) =>
        Math.Abs(usd) < Unnoticed ? [] : [$"{name} {(usd > 0 ? "+" : string.Empty)}{Wording.Usd((double)usd)}"];
}
