using System.Collections.Immutable;
using Idp.Advise.Fleets;

namespace Idp.Advise.Reports;

/// <summary>Data that is, or is wanted, where a policy forbids it.</summary>
/// <param name="Kind">Whether it is there, or only asked for from there.</param>
/// <param name="Dataset">The intent's name; empty when none speaks for the objects.</param>
/// <param name="Objects">How many.</param>
/// <param name="Operations">Theirs for what is there; those from the region for what is asked for.</param>
/// <param name="Reason">The policy's own words.</param>
/// <param name="Examples">Up to three of the busiest objects.</param>
public sealed record ComplianceConflict(
    ConflictKind Kind, string Region, string Dataset, string Policy, string Rule, int Objects, double Operations, string Reason, ImmutableArray<string> Examples)
{
    private const int MaxExamples = 3;

    /// <returns>What is there first, then by operations.</returns>
    public static ImmutableArray<ComplianceConflict> Of(Fleet fleet, Rules rules) =>
    [
        .. fleet.Objects.GroupBy(entry => entry.Dataset)
            .SelectMany(dataset => fleet.World.Costs.Regions.Index().SelectMany(region => Of(dataset.Key, [.. dataset], region.Index, region.Item, rules)))
            .OrderBy(conflict => conflict.Kind)
            .ThenByDescending(conflict => conflict.Operations)
            .ThenBy(conflict => conflict.Region, StringComparer.Ordinal),
    ];

    private static IEnumerable<ComplianceConflict> Of(string dataset, FleetObject[] objects, int region, Core.RegionId name, Rules rules)
    {
        FleetObject[] there = [.. objects.Where(entry => entry.Home == region)];
        FleetObject[] wanted = [.. objects.Where(entry => entry.Callers.Contains(region) && !entry.Feasible.Contains(region))];
        if (there.Length + wanted.Length == 0 || rules.DenialsOf(dataset, name) is not [var denial, ..])
        {
            yield break;
        }

        ComplianceConflict Conflict(ConflictKind kind, FleetObject[] concerned, Func<FleetObject, double> operations) => new(
            kind, name.Value, dataset, denial.Policy, denial.Rule ?? string.Empty, concerned.Length, concerned.Sum(operations), denial.Reason,
            [.. concerned.OrderByDescending(operations).Take(MaxExamples).Select(entry => entry.Name)]);
        if (there.Length > 0)
        {
            yield return Conflict(ConflictKind.PlacedWhereForbidden, there, entry => entry.Operations);
        }

        if (wanted.Length > 0)
        {
            yield return Conflict(ConflictKind.DemandedWhereForbidden, wanted, entry => entry.Cells.Where(cell => cell.Region == region).Sum(cell => cell.Operations));
        }
    }
}
