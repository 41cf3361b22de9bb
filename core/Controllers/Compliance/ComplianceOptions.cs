using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Controllers.Compliance;

/// <summary>How fast violations must end, and what they put at risk.</summary>
public sealed class ComplianceOptions : IValidatableObject
{
    public const string Section = "Controllers:Compliance";

    /// <summary>Time from its first sight until a violation must have ended, by the policy's priority.</summary>
    /// <value>Default 1 hour (critical), 24 hours (high), 7 days (medium), 30 days (low). From 1 minute to 365 days.</value>
    public Dictionary<ComplianceUrgency, TimeSpan> Deadlines { get; set; } = new()
    {
        [ComplianceUrgency.Critical] = TimeSpan.FromHours(1),
        [ComplianceUrgency.High] = TimeSpan.FromHours(24),
        [ComplianceUrgency.Medium] = TimeSpan.FromDays(7),
        [ComplianceUrgency.Low] = TimeSpan.FromDays(30),
    };

    /// <summary>Expected loss while one violation lasts; the compliance term of the business value.</summary>
    /// <value>US dollars a day. Default 10,000 (critical), 1,000 (high), 100 (medium), 10 (low). From 0 to 1,000,000,000. Set them from your own exposure.</value>
    public Dictionary<ComplianceUrgency, decimal> RiskUsdPerDay { get; set; } = new()
    {
        [ComplianceUrgency.Critical] = 10_000,
        [ComplianceUrgency.High] = 1_000,
        [ComplianceUrgency.Medium] = 100,
        [ComplianceUrgency.Low] = 10,
    };

    /// <summary>How long before an override ends its object is brought home, so that the end finds no violation.</summary>
    /// <value>Default 24 hours. From 0 to 90 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "90.00:00:00")]
    public TimeSpan WaiverLead { get; set; } = TimeSpan.FromHours(24);

    /// <summary>A region with a replica is taken, copying nothing, when it costs at most this much more than the cheapest one.</summary>
    /// <value>Default 0.15: what placement would not move for. From 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double HandOverTolerance { get; set; } = 0.15;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var urgency in Enum.GetValues<ComplianceUrgency>())
        {
            if (!Deadlines.TryGetValue(urgency, out var deadline) || deadline < TimeSpan.FromMinutes(1) || deadline > TimeSpan.FromDays(365))
            {
                yield return new ValidationResult($"{Section}:Deadlines:{urgency}: '{deadline}' must lie between 1 minute and 365 days.", [nameof(Deadlines)]);
            }

            if (!RiskUsdPerDay.TryGetValue(urgency, out var risk) || risk is < 0 or > 1_000_000_000)
            {
                yield return new ValidationResult($"{Section}:RiskUsdPerDay:{urgency}: '{risk}' must lie between 0 and 1,000,000,000.", [nameof(RiskUsdPerDay)]);
            }
        }
    }
}
