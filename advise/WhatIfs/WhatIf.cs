using System.Collections.Immutable;
using System.Globalization;
using Idp.Advise.Fleets;
using Idp.Advise.Replays;
using Idp.Advise.Traces;
using Idp.Core;
using Idp.Core.Planning;
using Idp.Policies;

namespace Idp.Advise.WhatIfs;

/// <summary>Evaluates a log in two worlds and tells the difference. Pure and exact: every layout of every object is tried.</summary>
/// <param name="home">Where every object is now; null to find out as <see cref="FleetBuilder"/> does.</param>
public sealed class WhatIf(DemandLog log, Market market, Assumptions assumptions, Rules rules, RegionId? home)
{
    private const int MaxShown = 20;

    /// <exception cref="ArgumentException">The change does not fit the market; the message says where.</exception>
    public WhatIfReport Compare(WhatIfChange change, CancellationToken cancellationToken)
    {
        var budgets = rules.Intents
            .Where(intent => intent.Value.Requirements.Cost?.BudgetUsdPerDay is not null)
            .ToImmutableSortedDictionary(intent => intent.Key, intent => intent.Value.Requirements.Cost!.BudgetUsdPerDay!.Value, StringComparer.Ordinal);
        var changedMarket = ChangedMarket.Of(market, change);
        var at = home ?? new FleetBuilder(market, assumptions, rules, null).BusiestWriter(log);
        var before = new FleetBuilder(market, assumptions, rules, home).Build(log);
        var after = new FleetBuilder(changedMarket, assumptions, Changed(change), home ?? at).Build(log with { Regions = changedMarket.RoundTrips.Regions });
        after = after with { Objects = [.. after.Objects.Zip(before.Objects, (next, known) => next with { Home = known.Home })] };
        var (was, _) = Evaluate(before, budgets, cancellationToken);
        var (would, unmet) = Evaluate(after, budgets.SetItems(change.BudgetsUsdPerDay), cancellationToken);
        return Report(change, before, after, was, would, unmet);
    }

    private static (Standing Standing, ImmutableSortedDictionary<string, decimal> Unmet) Evaluate(Fleet fleet, ImmutableSortedDictionary<string, decimal> budgets, CancellationToken cancellationToken) =>
        new BudgetedStanding(fleet).Within(Standing.Evaluate(fleet, fleet.World.MaxSites, entry => entry.Feasible, paysMoves: false, cancellationToken), budgets, cancellationToken);

    private Rules Changed(WhatIfChange change) => change.Policies.IsEmpty ? rules
        : rules with { Policies = PolicySnapshot.Compile([.. (rules.Policies?.Policies ?? []).Where(known => change.Policies.All(added => added.Name != known.Name)), .. change.Policies]) };

    private static WhatIfReport Report(WhatIfChange change, Fleet before, Fleet after, Standing was, Standing would, ImmutableSortedDictionary<string, decimal> unmet)
    {
        var changed = Enumerable.Range(0, before.Objects.Length).Where(index => was.Layouts[index] != would.Layouts[index]).Select(index => Changed(index, before, after, was, would)).ToArray();
        return new WhatIfReport(
            [.. Words(change)],
            before.Objects.Length,
            Figures(before, was),
            Figures(after, would),
            changed.Length,
            Round(Enumerable.Range(0, before.Objects.Length).Sum(index => after.World.Costs.ChangeUsd(was.Layouts[index], would.Layouts[index], after.Objects[index].SizeGb))),
            [
                .. changed.GroupBy(entry => (entry.From, entry.To))
                    .Select(route => new ChangedRoute(route.Key.From, route.Key.To, route.Count(), route.Sum(entry => entry.UsdPerDay)))
                    .OrderByDescending(route => route.Objects).ThenBy(route => route.From, StringComparer.Ordinal).ThenBy(route => route.To, StringComparer.Ordinal)
                    .Take(MaxShown),
            ],
            [.. changed.OrderByDescending(entry => Math.Abs(entry.UsdPerDay)).ThenBy(entry => entry.Object, StringComparer.Ordinal).Take(MaxShown)],
            [.. after.Objects.Where(entry => entry.Feasible.Count == 0).Select(entry => entry.Name).Take(MaxShown)],
            unmet);
    }

    private static ChangedObject Changed(int index, Fleet before, Fleet after, Standing was, Standing would) => new(
        before.Objects[index].Name,
        SiteNames.Of(before.World.Costs.Regions, was.Layouts[index]),
        SiteNames.Of(after.World.Costs.Regions, would.Layouts[index]),
        Round((would.Costs[index].TotalUsd - was.Costs[index].TotalUsd) / before.Days),
        MeanMs(before, index, was.Layouts[index]),
        MeanMs(after, index, would.Layouts[index]));

    private static double MeanMs(Fleet fleet, int index, Layout layout) =>
        Standing.Of(fleet with { Objects = [fleet.Objects[index]] }, [layout]).Latency.MeanMs;

    private static StandingFigures Figures(Fleet fleet, Standing standing) => new(
        Round(standing.Cost.TotalUsd / fleet.Days), Round(standing.Cost.LatencyUsd / fleet.Days), Round(standing.Cost.StorageUsd / fleet.Days), Round(standing.Cost.EgressUsd / fleet.Days),
        standing.Latency.MeanMs, standing.Latency.P90Ms, standing.Latency.P99Ms, standing.Layouts.Average(layout => layout.Sites.Count));

    private static decimal Round(double usd) => Math.Round((decimal)usd, 7);

    private static IEnumerable<string> Words(WhatIfChange change) =>
    [
        .. change.Prices.Select(price => string.Create(CultureInfo.InvariantCulture, $"{price.Item} {(price.Region is { } region ? $"in {region}" : "everywhere")} {(price.IsFactor ? "times" : "at $")}{(price.IsFactor ? " " : string.Empty)}{price.Amount}")),
        .. change.BudgetsUsdPerDay.Select(budget => string.Create(CultureInfo.InvariantCulture, $"at most ${budget.Value} a day for {(budget.Key == "*" ? "everything" : budget.Key)}")),
        .. change.Policies.Select(policy => $"policy {policy.Name}"),
        .. change.LostRegions.Select(region => $"without stores in {region}"),
        .. change.AddedRegions.Select(added => $"with stores in {added.Region}{(added.Like is { } like ? $", which is like {like}" : string.Empty)}"),
    ];
}
