using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Sharding;

/// <summary>Makes a plan of the choices at given prices: switches items until every limit holds, and adds up.</summary>
internal sealed class PlanWriter(
    FleetProblem problem, FleetTerms terms, FleetItems items, PricingPass pass, Dual dual, SolverOptions options, ParallelOptions parallel)
{
    public const double Tolerance = 1e-9; // Of a limit: rounding of sums, not room.

    public FleetPlan Write(double[] prices, double bound, int samplePasses, int fullPasses, CancellationToken cancellationToken)
    {
        var (sets, primaries) = ((ushort[])pass.Sets.Clone(), (byte[])pass.Primaries.Clone());
        var (adjusted, nodes) = (0, 0);
        if (terms.Active.Length > 0)
        {
            var settler = new Settler(terms, items, pass, dual, options, parallel);
            (var assignment, bound, nodes) = settler.Settle(prices, bound, cancellationToken);
            var table = assignment.Table;
            for (var at = 0; at < table.Count; at++)
            {
                var (item, option) = (table.Items[at], assignment.Chosen[at]);
                adjusted += sets[item] != table.Sets[option] || primaries[item] != table.Primaries[option] ? 1 : 0;
                (sets[item], primaries[item]) = (table.Sets[option], table.Primaries[option]);
            }
        }

        return Total(sets, primaries, prices, bound, new SolverEffort(samplePasses, fullPasses, adjusted, nodes, items.SplitGroups));
    }

    private FleetPlan Total(ushort[] sets, byte[] primaries, double[] prices, double bound, SolverEffort effort)
    {
        var (use, latency, move) = (new double[terms.LimitCount], 0.0, 0.0);
        for (var item = 0; item < items.Count; item++)
        {
            var view = new ItemView(terms, items.Blocks.BlockOf(item), item % ItemLayout.Lanes);
            view.AddUse(sets[item], primaries[item], use);
            latency += view.LatencyUsd(sets[item], primaries[item]);
            move += view.MoveUsd(sets[item]);
        }

        var cost = latency + move + use[terms.Budget];
        double? gap = bound > 0 ? Math.Max(0, (cost - bound) / bound) : cost > 0 ? double.MaxValue : 0;
        var (objectSites, objectPrimaries, unplaceable) = ByObject(sets, primaries);
        ImmutableArray<string> violations = [.. Violations(use)];
        return new FleetPlan(
            ImmutableCollectionsMarshal.AsImmutableArray(objectSites),
            ImmutableCollectionsMarshal.AsImmutableArray(objectPrimaries),
            Money(latency),
            Money(use[terms.Budget]),
            Money(move),
            Money(bound),
            violations.IsEmpty ? gap : null,
            violations.IsEmpty && gap <= options.ExactGap,
            !violations.IsEmpty && bound > WorstCase.Usd(terms, items),
            ScarcityPrices.Of(prices),
            [.. use.Take(terms.RegionCount).Select(gb => gb * RegionPrices.BytesPerGb)],
            [.. use.Skip(terms.RegionCount).Take(terms.RegionCount)],
            violations,
            unplaceable,
            effort);
    }

    private (ushort[] Sites, byte[] Primaries, ImmutableArray<int> Unplaceable) ByObject(ushort[] sets, byte[] primaries)
    {
        var (sites, sitePrimaries) = (new ushort[problem.Objects.Count], new byte[problem.Objects.Count]);
        var unplaceable = ImmutableArray.CreateBuilder<int>();
        for (var at = 0; at < sites.Length; at++)
        {
            var item = items.ItemOfObject(at);
            if (!items.IsPlaceable[item])
            {
                unplaceable.Add(at);
                continue;
            }

            sites[at] = terms.Sets.Masks[sets[item]];
            sitePrimaries[at] = primaries[item];
        }

        return (sites, sitePrimaries, unplaceable.ToImmutable());
    }

    private IEnumerable<string> Violations(double[] use) =>
        from limit in terms.Active
        where use[limit] > terms.Limits[limit] * (1 + Tolerance)
        select string.Create(CultureInfo.InvariantCulture, $"{NameOf(limit)}: {use[limit]:0.###}, limit {terms.Limits[limit]:0.###}");

    private string NameOf(int limit) =>
        limit == terms.Budget ? "infrastructure in US dollars a day"
        : limit < terms.RegionCount ? $"gigabytes in {problem.Regions[limit]}"
        : $"operations a day in {problem.Regions[limit - terms.RegionCount]}";

    // A bound that proves that no plan exists can be any number; the clamp keeps it within the range of decimal.
    private static decimal Money(double amount) => Wording.Money(Math.Clamp(amount, -1e18, 1e18));
}
