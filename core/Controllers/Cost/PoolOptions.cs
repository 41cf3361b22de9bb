using System.ComponentModel.DataAnnotations;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>Virtual CPUs that the stores of one region run on, as operators pay for them.</summary>
public sealed class PoolOptions : IValidatableObject
{
    /// <value>Required.</value>
    [Required]
    public string Region { get; set; } = string.Empty;

    /// <summary>As the bill names it, for example <c>db.r6g.2xlarge</c>.</summary>
    /// <value>Required; at most 100 characters.</value>
    [Required]
    [StringLength(100)]
    public string InstanceType { get; set; } = string.Empty;

    /// <summary>All instances of that type there together.</summary>
    /// <value>From 0.1 to 100,000.</value>
    [Range(0.1, 100_000.0)]
    public decimal Vcpus { get; set; }

    /// <summary>The service that pays for them alone.</summary>
    /// <value>Default none: whoever uses the region's stores, by operations.</value>
    public string? Service { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!RegionId.TryParse(Region, null, out _))
        {
            yield return new ValidationResult($"'{Region}' is not the name of a region: it must have {IdText.NameRule}.", [nameof(Region)]);
        }

        if (Service is not null && !ServiceId.TryParse(Service, null, out _))
        {
            yield return new ValidationResult($"'{Service}' is not the name of a service: it must have {IdText.NameRule}.", [nameof(Service)]);
        }
    }
}
