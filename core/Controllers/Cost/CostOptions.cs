using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Controllers.Cost;

/// <summary>When spend is reported, and what is suggested to lower it.</summary>
public sealed class CostOptions : IValidatableObject
{
    public const string Section = "Controllers:Cost";

    /// <summary>Share of its budget at which a service's spend is reported.</summary>
    /// <value>Default 0.9. From 0.1 to 1, and above <see cref="ClearBelow"/>.</value>
    [Range(0.1, 1.0)]
    public decimal AlertThreshold { get; set; } = 0.9m;

    /// <summary>Share below which that report ends; the band keeps it from coming and going.</summary>
    /// <value>Default 0.85. From 0 to 1.</value>
    [Range(0.0, 1.0)]
    public decimal ClearBelow { get; set; } = 0.85m;

    /// <summary>Share of its budget at which operators are paged.</summary>
    /// <value>Default 1.2. From 1 to 10.</value>
    [Range(1.0, 10.0)]
    public decimal PageAbove { get; set; } = 1.2m;

    /// <summary>How often the interval of the month-end forecast should hold the truth.</summary>
    /// <value>Default 0.9; one of 0.8, 0.9, 0.95.</value>
    [AllowedValues(0.8, 0.9, 0.95)]
    public double ForecastCoverage { get; set; } = 0.9;

    /// <summary>Score of one hour, in robust standard deviations, that is an anomaly by itself.</summary>
    /// <value>Default 6. From 3 to 100.</value>
    [Range(3.0, 100.0)]
    public double SpikeScore { get; set; } = 6;

    /// <summary>Part of each hour's score that is not summed: shifts below it are never found.</summary>
    /// <value>Default 0.75. From 0.1 to 10.</value>
    [Range(0.1, 10.0)]
    public double ShiftSlack { get; set; } = 0.75;

    /// <summary>Sum of scores beyond the slack that is an anomaly.</summary>
    /// <value>Default 10: eight hours of 2 standard deviations. From 1 to 1,000.</value>
    [Range(1.0, 1_000.0)]
    public double ShiftLimit { get; set; } = 10;

    /// <summary>Smallest standard deviation that is assumed, as a share of a typical hour; a series that never varied is not alarmed by a cent.</summary>
    /// <value>Default 0.02. From 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinAnomalyShare { get; set; } = 0.02;

    /// <summary>Excess below which an anomaly is not reported.</summary>
    /// <value>Default $1 a day. From 0 to 1,000,000.</value>
    [Range(0.0, 1_000_000.0)]
    public decimal MinAnomalyUsdPerDay { get; set; } = 1;

    /// <summary>Utilization that compute is sized for at its peak.</summary>
    /// <value>Default 0.7. From 0.1 to 0.95.</value>
    [Range(0.1, 0.95)]
    public decimal TargetUtilization { get; set; } = 0.7m;

    /// <summary>Hours whose utilization is at most this share of the peak may be scaled down by schedule.</summary>
    /// <value>Default 0.5. From 0.05 to 0.95.</value>
    [Range(0.05, 0.95)]
    public decimal ScheduleBelow { get; set; } = 0.5m;

    /// <summary>Capacity kept above the scheduled hours' own peak, as a factor.</summary>
    /// <value>Default 1.25. From 1 to 5.</value>
    [Range(1.0, 5.0)]
    public decimal ScheduleHeadroom { get; set; } = 1.25m;

    /// <summary>Cost of moving one virtual CPU's work to another region: deployment and checks.</summary>
    /// <value>Default $2. From 0 to 10,000.</value>
    [Range(0.0, 10_000.0)]
    public decimal MoveUsdPerVcpu { get; set; } = 2;

    /// <summary>Savings below which nothing is suggested.</summary>
    /// <value>Default $10 a month. From 0 to 1,000,000.</value>
    [Range(0.0, 1_000_000.0)]
    public decimal MinSavingUsdPerMonth { get; set; } = 10;

    /// <summary>Longest time in which a suggestion must repay its one-off cost.</summary>
    /// <value>Default 90 days. From 1 day to 5 years.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "1825.00:00:00")]
    public TimeSpan MaxPayback { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Most suggestions of one run, the best first.</summary>
    /// <value>Default 50. From 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int MaxSuggestions { get; set; } = 50;

    /// <summary>Days on which each hour of the day must have been measured before compute is advised on; twice as many are looked at.</summary>
    /// <value>Default 7: a whole week of work. From 1 to 90.</value>
    [Range(1, 90)]
    public int MinMeasuredDays { get; set; } = 7;

    /// <summary>Objects named in the report; all others share one line.</summary>
    /// <value>Default 20. From 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int TopObjects { get; set; } = 20;

    /// <summary>Objects whose hours are kept one by one, the dearest of each hour; all others share lines by service.</summary>
    /// <value>Default 100. From 0 to 10,000.</value>
    [Range(0, 10_000)]
    public int MeteredObjects { get; set; } = 100;

    /// <summary>What the stores run on; without it compute is not part of the spend.</summary>
    /// <value>Default none. At most 1,000.</value>
    [MaxLength(1_000)]
    public IList<PoolOptions> Pools { get; set; } = [];

    /// <summary>A file of effective-dated prices; what it lacks costs what the catalog says of the region.</summary>
    /// <value>Default none: the catalog's prices, and no advice on tiers.</value>
    public string PricesFile { get; set; } = string.Empty;

    /// <summary>The account of FOCUS exports.</summary>
    /// <value>Default <c>idp</c>. At most 200 characters, as the next.</value>
    [StringLength(200)]
    public string BillingAccount { get; set; } = "idp";

    /// <summary>Who provides the regions, in FOCUS exports.</summary>
    /// <value>Default <c>metered by idp</c>.</value>
    [StringLength(200)]
    public string Provider { get; set; } = "metered by idp";

    /// <returns>The pool that a region's one server belongs to; null when none is declared there, or several: then nobody can tell which.</returns>
    public PoolOptions? PoolOf(RegionId region) => Pools.Where(pool => pool.Region == region.Value).Take(2).ToArray() is [var only] ? only : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ClearBelow >= AlertThreshold)
        {
            yield return new ValidationResult(
                $"{Section}: ClearBelow ({ClearBelow}) must be below AlertThreshold ({AlertThreshold}).", [nameof(ClearBelow)]);
        }

        foreach (var (index, pool) in Pools.Index())
        {
            var errors = new List<ValidationResult>();
            Validator.TryValidateObject(pool, new ValidationContext(pool), errors, validateAllProperties: true);
            foreach (var error in errors)
            {
                yield return new ValidationResult($"{Section}:Pools:{index}: {error.ErrorMessage}", [nameof(Pools)]);
            }
        }
    }
}
