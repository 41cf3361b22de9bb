using System.Collections.Immutable;

namespace Idp.Core.Planning;

/// <summary>The ledger of realised gain: believes each view of the future as far as following it has paid for this very object.</summary>
/// <remarks>
/// A view is a forecast: by the hours of the week, as on average, as just now. For each one a shadow follows its plan without guards, and pays on
/// the demand that really came. Views weigh by what that cost (learning from expert advice: Littlestone and Warmuth, 1994; for tasks with costs of
/// moving: Blum and Burch, 2000), and the plan is made for their weighted mean, so no switch of belief moves anything by itself. Changes count half:
/// a copy is worth its price when it is made and nothing once it has served, and the view that moves first must not look worst for it. Pure.
/// </remarks>
public sealed class ViewLedger(PlannerOptions options)
{
    private const double LeastUsd = 1e-12;
    private const double ChangeShare = 0.5;
    private const int HoursToSettle = 3; // When demand is steady a plan changes at once: hand over, copy from there, hand over.

    /// <value>Share of an hour's record that is left after the next.</value>
    public double Keep { get; } = Math.Pow(0.5, TimeSpan.FromHours(1) / options.LedgerHalfLife);

    /// <summary>Charges the hour that has passed to where each shadow was.</summary>
    /// <param name="observed">One hour of demand, as it came.</param>
    public ViewMemory Charge(ViewMemory memory, SiteCosts costs, DemandWindow observed, double sizeGb)
    {
        return memory with
        {
            CostUsd = [.. memory.CostUsd.Zip(memory.Shadows, (usd, at) => (usd * Keep) + PlanCost.OfHour(costs, observed, 0, at, sizeGb).TotalUsd)],
        };
    }

    /// <summary>Moves each shadow as its view says, and charges half of the change.</summary>
    /// <param name="program">Its space says which layouts are allowed; its buffers are used.</param>
    /// <param name="views">Demand of the coming hours, as each view sees it; in the order of the memory.</param>
    public static ViewMemory Follow(ViewMemory memory, HorizonProgram program, ImmutableArray<DemandWindow> views, double sizeGb)
    {
        var shadows = memory.Shadows.ToArray();
        var costUsd = memory.CostUsd.ToArray();
        for (var view = 0; view < shadows.Length; view++)
        {
            Solve(program, views[view], sizeGb);
            var next = program.BestFirst(shadows[view]);
            costUsd[view] += ChangeShare * program.Space.Costs.ChangeUsd(shadows[view], next, sizeGb);
            shadows[view] = next;
        }

        return new ViewMemory([.. shadows], [.. costUsd]);
    }

    /// <returns>How far each view is believed; the sum is 1.</returns>
    public ImmutableArray<double> Weights(ViewMemory memory)
    {
        var least = Math.Max(memory.CostUsd.Min(), LeastUsd);
        double[] raw = [.. memory.CostUsd.Select(usd => Math.Pow(least / Math.Max(usd, LeastUsd), options.LedgerPower))];
        var sum = raw.Sum();
        return [.. raw.Select(weight => weight / sum)];
    }

    /// <returns>The views' weighted mean.</returns>
    /// <exception cref="ArgumentException">The views are not of the same regions and hours.</exception>
    public static DemandWindow Blend(ImmutableArray<DemandWindow> views, ImmutableArray<double> weights)
    {
        var (regions, hours) = (views[0].Regions, views[0].Hours);
        if (views.Any(view => view.Regions != regions || view.Hours != hours) || weights.Length != views.Length)
        {
            throw new ArgumentException($"{views.Length} views and {weights.Length} weights; expected as many, all of {hours} hours of {regions} regions.", nameof(views));
        }

        var reads = new double[hours * regions];
        var writes = new double[reads.Length];
        foreach (var (view, weight) in views.Zip(weights))
        {
            for (var hour = 0; hour < hours; hour++)
            {
                AddScaled(view.Reads(hour), weight, reads.AsSpan(hour * regions));
                AddScaled(view.Writes(hour), weight, writes.AsSpan(hour * regions));
            }
        }

        return new DemandWindow(regions, reads, writes);
    }

    private static void Solve(HorizonProgram program, DemandWindow view, double sizeGb)
    {
        var hours = Math.Min(view.SteadyFrom + HoursToSettle + 1, view.Hours);
        program.Solve(view.Slice(0, hours), sizeGb, lastHours: view.Hours - hours + 1);
    }

    private static void AddScaled(ReadOnlySpan<double> counts, double weight, Span<double> sums)
    {
        for (var region = 0; region < counts.Length; region++)
        {
            sums[region] += weight * counts[region];
        }
    }
}
