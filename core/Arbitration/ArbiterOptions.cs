using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Arbitration;

/// <summary>How much may change at once.</summary>
public sealed class ArbiterOptions : IValidatableObject
{
    public const string Section = "Arbiter";

    /// <summary>Open migrations of the whole fleet; bounds what one bad reading can set in motion.</summary>
    /// <value>Default 16. From 1 to 1,000.</value>
    [Range(1, 1_000)]
    public int MaxOpenMigrations { get; set; } = 16;

    /// <summary>Open migrations from one region to another; bounds the load on one link.</summary>
    /// <value>Default 8. From 1 to 1,000, and at most <see cref="MaxOpenMigrations"/>.</value>
    [Range(1, 1_000)]
    public int MaxOpenMigrationsPerRoute { get; set; } = 8;

    /// <summary>Open migrations that one region takes part in, as source or target; bounds the load on one store.</summary>
    /// <value>Default 16. From 1 to 1,000, and at least <see cref="MaxOpenMigrationsPerRoute"/>.</value>
    [Range(1, 1_000)]
    public int MaxOpenMigrationsPerRegion { get; set; } = 16;

    /// <summary>Changes that automation may start in an hour.</summary>
    /// <value>Default 3,600. From 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int MaxChangesPerHour { get; set; } = 3_600;

    /// <summary>Rest of an object after another controller's change; each controller's own rest is its own business.</summary>
    /// <value>Default 60 minutes. From 0 to 30 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan CoolDown { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>Reversals of one object in 24 hours that freeze it for as long.</summary>
    /// <value>Default 2. From 1 to 1,000.</value>
    [Range(1, 1_000)]
    public int ReversalsToFreeze { get; set; } = 2;

    /// <summary>What a proposal must be worth to count as one of high value.</summary>
    /// <value>US dollars a day. Default 1. From 0 to 1,000,000.</value>
    [Range(0.0, 1_000_000.0)]
    public decimal HighValueUsdPerDay { get; set; } = 1;

    /// <summary>What carrying it out must cost to count as one of high cost.</summary>
    /// <value>US dollars, once. Default 1. From 0 to 1,000,000.</value>
    [Range(0.0, 1_000_000.0)]
    public decimal HighCostUsd { get; set; } = 1;

    /// <summary>When automation stops itself.</summary>
    public BreakerOptions Breaker { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxOpenMigrationsPerRoute > MaxOpenMigrations)
        {
            yield return new ValidationResult(
                $"{Section}: MaxOpenMigrationsPerRoute ({MaxOpenMigrationsPerRoute}) must not exceed MaxOpenMigrations ({MaxOpenMigrations}).",
                [nameof(MaxOpenMigrationsPerRoute)]);
        }

        if (MaxOpenMigrationsPerRegion < MaxOpenMigrationsPerRoute)
        {
            yield return new ValidationResult(
                $"{Section}: MaxOpenMigrationsPerRegion ({MaxOpenMigrationsPerRegion}) must be at least MaxOpenMigrationsPerRoute ({MaxOpenMigrationsPerRoute}).",
                [nameof(MaxOpenMigrationsPerRegion)]);
        }

        var errors = new List<ValidationResult>();
        Validator.TryValidateObject(Breaker, new ValidationContext(Breaker), errors, validateAllProperties: true);
        foreach (var error in errors)
        {
            yield return new ValidationResult($"{Section}:{BreakerOptions.Section}: {error.ErrorMessage}", [nameof(Breaker)]);
        }
    }
}
