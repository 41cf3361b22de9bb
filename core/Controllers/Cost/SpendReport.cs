using System.Collections.Immutable;

namespace Idp.Core.Controllers.Cost;

/// <summary>Spend of one period in every direction; each list sums to the total, to the cent.</summary>
/// <param name="ByPurpose">Used, idle and overhead.</param>
/// <param name="ByKind">Compute split by instance type, for example <c>compute m6i.2xlarge</c>.</param>
/// <param name="ByObject">The dearest objects; the last line is everything else.</param>
public sealed record SpendReport(
    decimal TotalUsd,
    ImmutableArray<SpendLine> ByPurpose,
    ImmutableArray<SpendLine> ByService,
    ImmutableArray<SpendLine> ByRegion,
    ImmutableArray<SpendLine> ByTier,
    ImmutableArray<SpendLine> ByKind,
    ImmutableArray<SpendLine> ByObject)
{
    private const string Nobody = "(no service)";

    internal static SpendReport Of(ImmutableArray<AllocatedCharge> charges, int topObjects)
    {
        var byObject = Sum(charges, charge => charge.Object?.ToString() ?? "(no object)");
        ImmutableArray<(string Key, decimal Usd)> top = [.. byObject.Take(topObjects)];
        var rest = byObject.Skip(topObjects).Sum(entry => entry.Usd);
        return new SpendReport(
            decimal.Round(charges.Sum(charge => charge.CostUsd), 2),
            Lines(Sum(charges, charge => charge.Purpose switch
            {
                SpendPurpose.Used => "used",
                SpendPurpose.Idle => "idle",
                _ => "overhead",
            })),
            Lines(Sum(charges, charge => charge.Service?.Value ?? Nobody)),
            Lines(Sum(charges, charge => charge.Region.Value)),
            Lines(Sum(charges, charge => charge.Tier?.ToString() ?? "(no tier)")),
            Lines(Sum(charges, charge => charge.InstanceType is { } type ? $"{charge.Kind} {type}" : charge.Kind.ToString())),
            Lines(rest > 0 ? top.Add(("(all others)", rest)) : top));
    }

    private static (string Key, decimal Usd)[] Sum(ImmutableArray<AllocatedCharge> charges, Func<AllocatedCharge, string> key) =>
    [
        .. charges.GroupBy(key, StringComparer.Ordinal)
            .Select(group => (group.Key, Usd: group.Sum(charge => charge.CostUsd)))
            .OrderByDescending(entry => entry.Usd).ThenBy(entry => entry.Key, StringComparer.Ordinal),
    ];

    private static ImmutableArray<SpendLine> Lines(IReadOnlyList<(string Key, decimal Usd)> sums)
    {
        var cents = Apportionment.ToCents([.. sums.Select(entry => entry.Usd)]);
        return [.. sums.Index().Select(entry => new SpendLine(entry.Item.Key, cents[entry.Index]))];
    }
}

/// <param name="Usd">In whole cents.</param>
public sealed record SpendLine(string Key, decimal Usd);
