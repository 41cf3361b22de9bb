using System.Collections.Immutable;
using Idp.Advise.Fleets;
using Idp.Core.Planning;

namespace Idp.Advise.WhatIfs;

/// <summary>The best standing layouts that keep what is paid to the provider within budgets.</summary>
/// <remarks>
/// Each object has a lower convex hull of layouts: what is paid against what waiting loses. The budget is met by the steps down these hulls that
/// lose least for each dollar saved, which is the linear program's optimum but for the last step (Sinha and Zoltners, 1979).
/// </remarks>
public sealed class BudgetedStanding(Fleet fleet)
{
    private const double HoursPerDay = 24;

    /// <param name="free">The best layouts without budgets.</param>
    /// <param name="budgets">US dollars a day by dataset; <c>*</c> for everything together, after the others.</param>
    /// <returns>The layouts, and the budgets that even the cheapest ones exceed, with what those cost a day.</returns>
    public (Standing Standing, ImmutableSortedDictionary<string, decimal> Unmet) Within(Standing free, ImmutableSortedDictionary<string, decimal> budgets, CancellationToken cancellationToken)
    {
        var layouts = free.Layouts.ToArray();
        var unmet = ImmutableSortedDictionary.CreateBuilder<string, decimal>(StringComparer.Ordinal);
        foreach (var (dataset, budget) in budgets.OrderBy(entry => entry.Key == "*").ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            int[] members = [.. fleet.Objects.Index().Where(entry => dataset == "*" || entry.Item.Dataset == dataset).Select(entry => entry.Index)];
            var spentPerDay = Descend(layouts, members, (double)budget, cancellationToken);
            if (spentPerDay > (double)budget)
            {
                unmet[dataset] = Math.Round((decimal)spentPerDay, 4);
            }
        }

        return (Standing.Of(fleet, [.. layouts]), unmet.ToImmutable());
    }

    private double Descend(Layout[] layouts, int[] members, double budgetPerDay, CancellationToken cancellationToken)
    {
        var spent = members.Sum(index => PaidPerDay(CostOf(fleet.Objects[index], fleet.Objects[index].MeanHour(fleet.World.Regions, fleet.Hours), layouts[index])));
        if (spent <= budgetPerDay)
        {
            return spent;
        }

        var steps = members.AsParallel().AsOrdered().WithCancellation(cancellationToken).SelectMany(index => Steps(index, layouts[index])).ToArray();
        foreach (var step in steps.OrderBy(step => step.LossPerUsd).ThenBy(step => step.Object).ThenBy(step => step.Order))
        {
            if (spent <= budgetPerDay)
            {
                break;
            }

            layouts[step.Object] = step.To;
            spent -= step.SavedPerDay;
        }

        return spent;
    }

    // From the present layout down to the cheapest one; each step loses more for a dollar than the one before.
    private IEnumerable<Step> Steps(int index, Layout from)
    {
        var entry = fleet.Objects[index];
        var mean = entry.MeanHour(fleet.World.Regions, fleet.Hours);
        if (entry.Feasible.Count == 0)
        {
            yield break;
        }

        var options = AllOf(entry.Feasible).Select(layout => (Layout: layout, Cost: CostOf(entry, mean, layout))).Select(option => (option.Layout, Paid: PaidPerDay(option.Cost), Lost: option.Cost.LatencyUsd * HoursPerDay)).ToArray();
        var cost = CostOf(entry, mean, from);
        var (at, paid, lost) = (from, PaidPerDay(cost), cost.LatencyUsd * HoursPerDay);
        for (var order = 0; ; order++)
        {
            var cheaper = options.Where(option => option.Paid < paid - 1e-12).ToArray();
            if (cheaper.Length == 0)
            {
                yield break;
            }

            var next = cheaper.MinBy(option => ((option.Lost - lost) / (paid - option.Paid), option.Paid));
            yield return new Step(index, order, next.Layout, (next.Lost - lost) / (paid - next.Paid), paid - next.Paid);
            (at, paid, lost) = next;
        }
    }

    private IEnumerable<Layout> AllOf(SiteSet feasible) =>
        from mask in Enumerable.Range(1, feasible.Mask)
        let sites = new SiteSet((ushort)mask)
        where sites.IsSubsetOf(feasible) && sites.Count <= fleet.World.MaxSites
        from primary in sites.ToIndices()
        select new Layout(primary, sites);

    private PlanCost CostOf(FleetObject entry, DemandWindow mean, Layout layout) => PlanCost.OfHour(fleet.World.Costs, mean, 0, layout, entry.SizeGb);

    private static double PaidPerDay(PlanCost hour) => (hour.StorageUsd + hour.EgressUsd) * HoursPerDay;

    private readonly record struct Step(int Object, int Order, Layout To, double LossPerUsd, double SavedPerDay);
}
