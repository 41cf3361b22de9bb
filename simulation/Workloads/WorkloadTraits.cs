using Idp.Core.Planning;

namespace Idp.Simulation.Workloads;

/// <summary>What the demand of a workload is like, measured on the counts themselves.</summary>
/// <param name="Lag24">Autocorrelation at 24 hours of each object's demand by region, weighted by variance; from −1 to 1.</param>
/// <param name="LargestJump">Largest ratio of two neighbouring days, or weeks where the season is weekly, of an object's demand in a region that matters; at least 1.</param>
/// <param name="Dispersion">Variance over mean of the counts, averaged by demand: 1 when there is nothing but Poisson noise.</param>
public sealed record WorkloadTraits(WorkloadKind Kind, double Lag24, double LargestJump, double Dispersion)
{
    private const double SeasonalFrom = 0.5;
    private const double JumpFrom = 2;
    private const double StaticUpTo = 1.5;
    private const int Day = 24;
    private const int Week = 168;

    // A day's demand of a region below this share of the object's is noise, and may double as it likes.
    private const double MattersFrom = 0.05;

    public static WorkloadTraits Of(Workload workload)
    {
        var series = workload.Objects.SelectMany(load => SeriesOf(load.Demand)).ToArray();
        var lag24 = Autocorrelation(series, Day);
        var period = workload.Hours >= 3 * Week && Autocorrelation(series, Week) >= SeasonalFrom ? Week : Day;
        var jump = workload.Objects.Max(load => LargestJumpOf(load.Demand, period));
        var dispersion = Dispersed(series);
        var kind = workload.IsAdversarial ? WorkloadKind.Adversarial
            : jump >= JumpFrom ? WorkloadKind.Jump
            : dispersion <= StaticUpTo ? WorkloadKind.Static
            : lag24 >= SeasonalFrom ? WorkloadKind.Seasonal
            : WorkloadKind.Jump;
        return new WorkloadTraits(kind, lag24, jump, dispersion);
    }

    private static IEnumerable<double[]> SeriesOf(DemandWindow demand) =>
        Enumerable.Range(0, demand.Regions).Select(region => Enumerable.Range(0, demand.Hours).Select(hour => Count(demand, hour, region)).ToArray());

    private static double Count(DemandWindow demand, int hour, int region) => demand.Reads(hour)[region] + demand.Writes(hour)[region];

    private static double Autocorrelation(double[][] series, int lag)
    {
        var (covariance, variance) = (0.0, 0.0);
        foreach (var counts in series)
        {
            var mean = counts.Average();
            for (var hour = 0; hour < counts.Length; hour++)
            {
                variance += (counts[hour] - mean) * (counts[hour] - mean);
                covariance += hour < lag ? 0 : (counts[hour] - mean) * (counts[hour - lag] - mean) * counts.Length / (counts.Length - lag);
            }
        }

        return variance > 0 ? covariance / variance : 0;
    }

    private static double Dispersed(double[][] series)
    {
        var (variance, mean) = (0.0, 0.0);
        foreach (var counts in series)
        {
            var average = counts.Average();
            mean += average;
            variance += counts.Sum(count => (count - average) * (count - average)) / counts.Length;
        }

        return mean > 0 ? variance / mean : 0;
    }

    private static double LargestJumpOf(DemandWindow demand, int period)
    {
        var largest = 1.0;
        var total = SeriesOf(demand).Sum(counts => counts.Sum()) * period / demand.Hours;
        foreach (var counts in SeriesOf(demand))
        {
            for (var hour = period; hour + period <= counts.Length; hour++)
            {
                var (before, after) = (counts[(hour - period)..hour].Sum(), counts[hour..(hour + period)].Sum());
                if (Math.Max(before, after) > MattersFrom * total)
                {
                    largest = Math.Max(largest, Math.Max(before, after) / Math.Max(1, Math.Min(before, after)));
                }
            }
        }

        return largest;
    }
}
