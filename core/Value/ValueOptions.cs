using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Value;

/// <summary>What things are worth: revenue, what waiting costs of it, and how much of a gain may be spent.</summary>
public sealed class ValueOptions : IValidatableObject
{
    public const string Section = "Value";

    /// <summary>Share of revenue lost to each 100 ms, for tenants without a curve of their own.</summary>
    /// <value>Default 0.01 (1 %). From 0.0001 to 0.5.</value>
    [Range(0.000_1, 0.5)]
    public double RevenueLossPer100Ms { get; set; } = 0.01;

    /// <summary>Measured curves by tenant, in the form of <see cref="ConversionCurve.Rule"/>.</summary>
    /// <value>Default none.</value>
    public Dictionary<string, string> LatencyCurves { get; set; } = new(StringComparer.Ordinal);

    /// <summary>By service name.</summary>
    /// <value>Default none.</value>
    public Dictionary<string, ServiceOptions> Services { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Share of an expected gain that may be spent to get it; the rest pays for being wrong.</summary>
    /// <value>Default 0.8. From 0.01 to 1.</value>
    [Range(0.01, 1.0)]
    public decimal MaxSpendShareOfGain { get; set; } = 0.8m;

    /// <summary>Share of the discretionary budget that buys performance; the rest pays for saving.</summary>
    /// <value>Default 0.6. From 0 to 1.</value>
    [Range(0.0, 1.0)]
    public decimal PerformanceShare { get; set; } = 0.6m;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (tenant, text) in LatencyCurves.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (!ConversionCurve.TryParse(text, out _))
            {
                yield return new ValidationResult(
                    $"{Section}:LatencyCurves:{tenant}: '{text}' is not a latency curve; expected {ConversionCurve.Rule}.",
                    [nameof(LatencyCurves)]);
            }
        }

        foreach (var (name, service) in Services.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var errors = new List<ValidationResult>();
            if (!ServiceId.TryParse(name, null, out _))
            {
                errors.Add(new ValidationResult($"the name must have {IdText.NameRule}."));
            }

            if (service.Tenant is { } tenant && !LatencyCurves.ContainsKey(tenant))
            {
                errors.Add(new ValidationResult($"tenant '{tenant}' has no latency curve; known: {string.Join(", ", LatencyCurves.Keys.Order(StringComparer.Ordinal))}."));
            }

            Validator.TryValidateObject(service, new ValidationContext(service), errors, validateAllProperties: true);
            foreach (var error in errors)
            {
                yield return new ValidationResult($"{Section}:Services:{name}: {error.ErrorMessage}", [nameof(Services)]);
            }
        }
    }
}
