using System.Globalization;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Cost;

/// <summary>Ways to spend less on compute: elsewhere, at other hours, less of it, or what is idle already.</summary>
internal sealed class ComputeAdvice(CostOptions options, ILatencyValue latencyValue)
{
    private const decimal Step = 0.1m; // Capacity is scheduled in tenths; finer steps are noise.

    public IEnumerable<Suggestion> For(ComputePool pool, IReadOnlyList<ComputePool> all) =>
        ((Suggestion?[])[Schedule(pool), Scale(pool)])
            .Concat(pool.Targets.Select(target => Arbitrage(pool, target)))
            .Concat(pool.Targets.Select(target => Shift(pool, target, all)))
            .OfType<Suggestion>();

    private Suggestion? Arbitrage(ComputePool pool, PoolTarget target)
    {
        var saving = Savings.Arbitrage(pool.Vcpus, pool.UsdPerVcpuHour, target.UsdPerVcpuHour);
        return saving <= 0 ? null : Make(
            pool, SuggestionKind.Arbitrage, target, saving, pool.Vcpus * options.MoveUsdPerVcpu,
            SuggestionRisk.Medium, $"callers wait {Ms(target.AddedMs)} ms longer, and undoing it takes a second move",
            Text($"{pool.Vcpus:#,##0.##} vCPU × (${pool.UsdPerVcpuHour} − ${target.UsdPerVcpuHour}) × {Savings.HoursPerMonth} h = ${saving:#,##0.00}/month in {target.Region}, {Ms(target.AddedMs)} ms"));
    }

    private Suggestion? Schedule(ComputePool pool)
    {
        var peak = pool.Hourly.Max();
        if (peak <= 0)
        {
            return null;
        }

        var (start, hours) = LongestRun(pool.Hourly, options.ScheduleBelow * peak);
        if (hours is 0 or 24)
        {
            return null; // All hours alike: that is a matter of scale, not of schedule.
        }

        var quiet = Enumerable.Range(start, hours).Max(hour => pool.Hourly[hour % 24]);
        var keep = Math.Min(1, decimal.Ceiling(quiet / peak * options.ScheduleHeadroom / Step) * Step);
        var busiest = pool.Measured is { } measured ? Enumerable.Range(start, hours).Max(hour => measured.Peaks[hour % 24]) : 0;
        keep = Math.Max(keep, Math.Min(1, decimal.Ceiling(busiest / Step) * Step));
        keep = Math.Max(keep, pool.Vcpus > 0 ? pool.MinVcpus / pool.Vcpus : 1);
        var perDay = Savings.ScheduledScaling(hours, 1 - keep, pool.Vcpus * pool.UsdPerVcpuHour);
        return perDay <= 0 ? null : Make(
            pool, SuggestionKind.ScheduledScaling, null, perDay * Savings.DaysPerMonth, 0,
            SuggestionRisk.Low, $"an unusual night finds {keep * 100:0} % of the capacity until it is scaled up again",
            Text($"{hours} h from {start:00}:00 UTC × {(1 - keep) * 100:0} % × ${pool.Vcpus * pool.UsdPerVcpuHour:#,##0.00}/h = ${perDay:#,##0.00}/day; traffic is {(1 - (quiet / peak)) * 100:0} % lower then"));
    }

    private Suggestion? Scale(ComputePool pool)
    {
        var peak = pool.Hourly.Max();
        var needed = Needed(pool, peak);
        if (pool.Measured is { } measured && needed > pool.Vcpus)
        {
            // Sessions that wait for locks, disks or callers gain nothing from more capacity.
            peak = measured.Running;
            needed = Math.Max(pool.Vcpus, Needed(pool, peak));
        }
        else if (pool.Measured is { } minutes)
        {
            needed = Math.Max(needed, Math.Min(pool.Vcpus, decimal.Ceiling(pool.Vcpus * minutes.Peaks.Max())));
        }

        var saving = Savings.Scaling(pool.Vcpus - needed, pool.UsdPerVcpuHour);
        return needed == pool.Vcpus ? null : Make(
            pool, SuggestionKind.ScaleCompute, null, saving, 0,
            needed < pool.Vcpus ? SuggestionRisk.Low : SuggestionRisk.High,
            needed < pool.Vcpus
                ? $"a peak above {options.TargetUtilization * 100:0} % of today's needs {pool.Vcpus:0.##} again"
                : $"peak utilization {peak * 100:0} % is above {options.TargetUtilization * 100:0} %: left alone, callers will wait",
            Text($"peak {peak * 100:0} %: {pool.Vcpus:#,##0.##} → {needed:#,##0.##} vCPU × ${pool.UsdPerVcpuHour} × {Savings.HoursPerMonth} h = ${saving:#,##0.00}/month"));
    }

    private decimal Needed(ComputePool pool, decimal peak) => Math.Max(pool.MinVcpus, decimal.Ceiling(pool.Vcpus * peak / options.TargetUtilization));

    private Suggestion? Shift(ComputePool pool, PoolTarget target, IReadOnlyList<ComputePool> all)
    {
        // Hour by hour, since peaks in two regions seldom coincide.
        var other = all.FirstOrDefault(candidate => candidate.Region == target.Region && candidate.Service == pool.Service && candidate.InstanceType == pool.InstanceType);
        if (other is null || pool.Hourly.Max() <= 0)
        {
            return null;
        }

        var fits = Enumerable.Range(0, 24)
            .Where(hour => pool.Hourly[hour] > 0)
            .Min(hour => other.Vcpus * (options.TargetUtilization - other.Hourly[hour]) / pool.Hourly[hour]);
        var moved = decimal.Floor(Math.Min(fits, pool.Vcpus - pool.MinVcpus));
        return moved < 1 ? null : Make(
            pool, SuggestionKind.ShiftCompute, target, Savings.Scaling(moved, pool.UsdPerVcpuHour), moved * options.MoveUsdPerVcpu,
            SuggestionRisk.Medium, $"callers wait {Ms(target.AddedMs)} ms longer, and {target.Region} loses its reserve",
            Text($"{moved:#,##0.##} of {pool.Vcpus:#,##0.##} vCPU fit into idle capacity in {target.Region} at every hour: × ${pool.UsdPerVcpuHour} × {Savings.HoursPerMonth} h = ${Savings.Scaling(moved, pool.UsdPerVcpuHour):#,##0.00}/month"),
            moved / pool.Vcpus);
    }

    private Suggestion Make(
        ComputePool pool, SuggestionKind kind, PoolTarget? target, decimal saving, decimal oneOff, SuggestionRisk risk, string riskBecause, string reason, decimal share = 1)
    {
        var addedMs = target?.AddedMs ?? 0;
        var lost = addedMs == 0 ? 0 : (latencyValue.LostUsd(Math.Max(0, addedMs)) - latencyValue.LostUsd(0) - (latencyValue.LostUsd(Math.Max(0, -addedMs)) - latencyValue.LostUsd(0))) * pool.OperationsPerDay;
        return new Suggestion(
            kind, pool.Service, pool.Region, target?.Region, pool.Service is { } service ? $"{pool.InstanceType} of {service} in {pool.Region}" : $"{pool.InstanceType} in {pool.Region}",
            saving, decimal.Round((decimal)lost * share * Savings.DaysPerMonth, 2), oneOff, Payback: null, addedMs, risk, riskBecause,
            $"compute {pool.Service} {pool.Region} {pool.InstanceType}", pool.Measured is { } measured ? $"{reason}; {measured}" : reason);
    }

    // Circular: the quiet hours of most regions lie around midnight UTC somewhere.
    private static (int Start, int Hours) LongestRun(IReadOnlyList<decimal> hourly, decimal limit)
    {
        var best = (Start: 0, Hours: 0);
        for (var start = 0; start < 24; start++)
        {
            var hours = 0;
            while (hours < 24 && hourly[(start + hours) % 24] <= limit)
            {
                hours++;
            }

            best = hours > best.Hours ? (start, hours) : best;
        }

        return best;
    }

    private static string Ms(double ms) => (ms > 0 ? "+" : string.Empty) + ms.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
