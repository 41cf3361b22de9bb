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

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxOpenMigrationsPerRoute > MaxOpenMigrations)
        {
            yield return new ValidationResult(
                $"{Section}: MaxOpenMigrationsPerRoute ({MaxOpenMigrationsPerRoute}) must not exceed MaxOpenMigrations ({MaxOpenMigrations}).",
                [nameof(MaxOpenMigrationsPerRoute)]);
        }
    }
}
