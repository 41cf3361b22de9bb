using System.Collections.Immutable;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>Turns what an hour used into what it costs: usage times the price of its region.</summary>
/// <remarks>
/// Pure, and cheap to keep: the dearest objects have lines of their own, all others share one a service, so that an hour has some
/// hundred lines whatever the number of objects. What is metered: storage of the primary by its size; egress of answers to callers
/// elsewhere, at the region that served them; compute that operators have declared, by operations there; bytes of moves, at their
/// source.
/// </remarks>
/// <param name="prices">In force in that hour, by region; regions without prices cost nothing.</param>
/// <param name="answerBytes">Of a mean read.</param>
public sealed class SpendMeter(CostOptions options, ValueOptions value, IReadOnlyDictionary<RegionId, RegionPrices> prices, long answerBytes)
{
    private const decimal HoursPerMonth = 720; // As RegionPrices defines a month.
    private const decimal BytesPerGb = (decimal)RegionPrices.BytesPerGb;
    private const decimal Quantum = 0.000_001m;

    private readonly SpendOwners _owners = new(value);

    /// <returns>In the order of kinds, regions, services and objects; each with its owner, so that nothing is left to allocate.</returns>
    public ImmutableArray<Charge> Measure(MeteredHour hour)
    {
        ImmutableArray<Line> lines = [.. Storage(hour), .. Egress(hour), .. Moves(hour)];
        var named = lines.GroupBy(line => line.Object)
            .Select(own => (Object: own.Key, Usd: own.Sum(line => line.Usd)))
            .Where(own => own.Usd > 0)
            .OrderByDescending(own => own.Usd).ThenBy(own => own.Object.ToString(), StringComparer.Ordinal)
            .Take(options.MeteredObjects)
            .Select(own => own.Object)
            .ToHashSet();
        return
        [
            .. lines
                .GroupBy(line => (line.Kind, line.Region, Owner: OwnerOf(line.Object, named)))
                .Select(same => new Charge(
                    hour.Start, hour.End, same.Key.Kind, same.Key.Region, same.Key.Owner.Service, same.Key.Kind is SpendKind.Storage ? StorageTier.Hot : null,
                    same.Key.Owner.Object, InstanceType: null, same.Sum(line => line.Quantity), same.Key.Kind is SpendKind.Storage ? "GB-Hours" : "GB", same.Sum(line => line.Usd)))
                .Where(charge => charge.CostUsd > 0)
                .Concat(Compute(hour, named))
                .OrderBy(charge => charge.Kind)
                .ThenBy(charge => charge.Region.Value, StringComparer.Ordinal)
                .ThenBy(charge => charge.Service?.Value, StringComparer.Ordinal)
                .ThenBy(charge => charge.Object?.ToString(), StringComparer.Ordinal),
        ];
    }

    private IEnumerable<Line> Storage(MeteredHour hour) =>
        from held in hour.Objects
        let gigabytes = held.SizeBytes / BytesPerGb
        select new Line(SpendKind.Storage, held.Region, held.Object, gigabytes, gigabytes * Of(held.Region).HotUsdPerGbMonth / HoursPerMonth);

    private IEnumerable<Line> Egress(MeteredHour hour) =>
        from used in hour.Usage
        let gigabytes = (decimal)used.FarReads * answerBytes / BytesPerGb
        select new Line(SpendKind.Egress, used.ServedBy, used.Object, gigabytes, gigabytes * Of(used.ServedBy).EgressUsdPerGb);

    private IEnumerable<Line> Moves(MeteredHour hour) =>
        from moved in hour.Moves
        let gigabytes = moved.SizeBytes / BytesPerGb
        select new Line(SpendKind.Migration, moved.Source, moved.Object, gigabytes, gigabytes * Of(moved.Source).EgressUsdPerGb);

    // What nobody used is idle.
    private IEnumerable<Charge> Compute(MeteredHour hour, HashSet<ObjectId> named)
    {
        var hours = (decimal)(hour.End - hour.Start).TotalHours;
        foreach (var pool in options.Pools)
        {
            var region = RegionId.Parse(pool.Region);
            var usd = decimal.Round(pool.Vcpus * hours * Of(region).VcpuUsdPerHour, 6);
            (Owner Owner, decimal Operations)[] users = pool.Service is { } only
                ? [(new Owner(ServiceId.Parse(only), null), 1)]
                : [
                    .. hour.Usage.Where(used => used.ServedBy == region && used.Operations > 0)
                        .GroupBy(used => OwnerOf(used.Object, named))
                        .Select(own => (own.Key, own.Sum(used => (decimal)used.Operations))),
                ];
            if (users.Length == 0)
            {
                yield return Part(null, usd, Utilization: 0);
                continue;
            }

            var parts = Apportionment.Split(usd, [.. users.Select(user => user.Operations)], Quantum);
            foreach (var (owner, part) in users.Select(user => user.Owner).Zip(parts).Where(user => user.Second > 0))
            {
                yield return Part(owner, part, Utilization: 1);
            }

            Charge Part(Owner? owner, decimal part, decimal Utilization) => new(
                hour.Start, hour.End, SpendKind.Compute, region, owner?.Service, Tier: null, owner?.Object, pool.InstanceType,
                usd == 0 ? 0 : pool.Vcpus * hours * part / usd, "vCPU-Hours", part, Utilization);
        }
    }

    private RegionPrices Of(RegionId region) => prices.GetValueOrDefault(region) ?? new RegionPrices(0, 0, 0);

    private Owner OwnerOf(ObjectId id, HashSet<ObjectId> named) => new(_owners.Of(id.Dataset), named.Contains(id) ? id : null);

    private sealed record Owner(ServiceId Service, ObjectId? Object);

    private readonly record struct Line(SpendKind Kind, RegionId Region, ObjectId Object, decimal Quantity, decimal Usd);
}
