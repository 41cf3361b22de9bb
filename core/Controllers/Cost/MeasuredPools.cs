using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;
using Idp.Core.Telemetry;

namespace Idp.Core.Controllers.Cost;

/// <summary>Declared pools whose regions were measured long enough to advise on them.</summary>
/// <remarks>
/// Pure. Of each hour of the day the busiest of all days counts: capacity has to suffice on each of them. An hour that was not measured is
/// unknown: without enough days for each of the 24 a pool is left out.
/// </remarks>
public static class MeasuredPools
{
    private const int HoursPerDay = 24;

    /// <param name="hours">Of the days that are looked at.</param>
    /// <param name="prices">By region; pools of regions without prices are left out.</param>
    /// <returns>In the order of the options. A region with several pools has none here, since its one server's load cannot be told apart.</returns>
    public static ImmutableArray<ComputePool> Of(
        CostOptions options, IEnumerable<LoadHour> hours, PlacementSnapshot placement, IReadOnlyDictionary<RegionId, RegionPrices> prices)
    {
        if (options.Pools.Count == 0)
        {
            return [];
        }

        var measured = hours.Where(hour => hour.IsMeasured).ToLookup(hour => hour.Region);
        var work = placement.Objects.ToLookup(subject => subject.Primary);
        return
        [
            .. from pool in options.Pools
               let region = RegionId.Parse(pool.Region)
               where options.PoolOf(region) == pool && prices.ContainsKey(region)
               let byHour = measured[region].ToLookup(hour => hour.Hour.UtcDateTime.Hour)
               where Enumerable.Range(0, HoursPerDay).All(hour => byHour[hour].Count() >= options.MinMeasuredDays)
               select Pool(pool, region, [.. measured[region]], byHour, new Work([.. work[region]], region, placement.RoundTrips), prices),
        ];
    }

    private static ComputePool Pool(
        PoolOptions pool, RegionId region, ImmutableArray<LoadHour> hours, ILookup<int, LoadHour> byHour, Work work, IReadOnlyDictionary<RegionId, RegionPrices> prices)
    {
        return new ComputePool(
            pool.Service is { } service ? Value.ServiceId.Parse(service) : null,
            region,
            pool.InstanceType,
            pool.Vcpus,
            Math.Min(pool.MinVcpus, pool.Vcpus),
            prices[region].VcpuUsdPerHour,
            [.. Enumerable.Range(0, HoursPerDay).Select(hour => Utilization(byHour[hour].Max(day => day.Sessions)))],
            work.OperationsPerDay,
            [
                .. prices.Where(target => work.MayMoveTo(target.Key)).OrderBy(target => target.Key.Value, StringComparer.Ordinal)
                    .Select(target => new PoolTarget(target.Key, target.Value.VcpuUsdPerHour, work.AddedMs(target.Key))),
            ],
            new PoolMeasurement(
                hours.Length,
                hours.Average(hour => hour.Sessions),
                hours.Max(hour => hour.PeakSessions),
                [.. Enumerable.Range(0, HoursPerDay).Select(hour => Utilization(byHour[hour].Max(day => day.PeakSessions)))],
                Utilization(hours.Max(hour => hour.Running))));

        decimal Utilization(double sessions) => (decimal)sessions / pool.MeasuredVcpus;
    }

    /// <summary>What a region's server does for objects that could move: it goes where they may all go, and waits as their callers would.</summary>
    private sealed class Work(ImmutableArray<PlacementSubject> objects, RegionId region, RoundTrips roundTrips)
    {
        private readonly HashSet<RegionId> _excluded = [region, .. objects.SelectMany(subject => subject.Excluded).Select(excluded => excluded.Region)];

        private readonly (RegionId Caller, double PerDay)[] _calls =
        [
            .. objects.SelectMany(subject => subject.Demand).GroupBy(demand => demand.Region).Select(caller => (caller.Key, caller.Sum(demand => demand.OperationsPerDay))),
        ];

        public double OperationsPerDay => _calls.Sum(call => call.PerDay);

        // Where nobody is known to ask, the server works for others than the plane, and what they may do is not known.
        public bool MayMoveTo(RegionId target) => OperationsPerDay > 0 && !_excluded.Contains(target);

        public double AddedMs(RegionId target) =>
            _calls.Sum(call => call.PerDay * (roundTrips[call.Caller, target] - roundTrips[call.Caller, region])) / OperationsPerDay;
    }
}
