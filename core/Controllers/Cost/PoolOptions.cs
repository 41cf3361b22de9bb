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

    /// <summary>Those of the one instance that the regions file names, whose load is measured; the rest are standbys like it.</summary>
    /// <value>Default none: all of <see cref="Vcpus"/>, which it may not exceed. From 0.1 to 100,000.</value>
    [Range(0.1, 100_000.0)]
    public decimal? ServerVcpus { get; set; }

    /// <summary>What has to stay, for failover or by contract; nothing less is suggested.</summary>
    /// <value>Default 2, the smallest instances of most providers. From 0 to 100,000.</value>
    [Range(0.0, 100_000.0)]
    public decimal MinVcpus { get; set; } = 2;

    /// <value>The virtual CPUs that the measured server has.</value>
    public decimal MeasuredVcpus => ServerVcpus ?? Vcpus;

    /// <summary>The service that pays for them alone.</summary>
    /// <value>Default none: whoever uses the region's stores, by operations.</value>
    public string? Service { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!RegionId.TryParse(Region, null, out _))
        {
            yield return new ValidationResult($"'{Region}' is not the name of a region: it must have {IdText.NameRule}.", [nameof(Region)]);
        }

        if (ServerVcpus > Vcpus)
        {
            yield return new ValidationResult($"ServerVcpus ({ServerVcpus}) must not exceed Vcpus ({Vcpus}), which count all instances.", [nameof(ServerVcpus)]);
        }

        if (Service is not null && !ServiceId.TryParse(Service, null, out _))
        {
            yield return new ValidationResult($"'{Service}' is not the name of a service: it must have {IdText.NameRule}.", [nameof(Service)]);
        }
    }
}
