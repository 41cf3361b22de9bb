namespace Idp.Core.Controllers.Compliance;

/// <summary>A copy that stands where a policy forbids it.</summary>
/// <param name="Deadline">When it must have ended; the waiver's end when one still holds.</param>
/// <param name="IsWaived">True while an override allows it.</param>
/// <param name="RiskUsdPerDay">Expected loss while it lasts, in US dollars per day; 0 for warnings and while waived.</param>
/// <param name="UnfixableBecause">Why no fix can be proposed; null when one can.</param>
/// <param name="Reason">What stands where, against which rule, since when and until when, in one sentence.</param>
public sealed record Violation(
    ObjectId Object,
    RegionId Region,
    CopyRole Role,
    string Policy,
    string Rule,
    ComplianceUrgency Urgency,
    bool IsHard,
    DateTimeOffset FirstSeen,
    DateTimeOffset Deadline,
    bool IsWaived,
    bool IsOverdue,
    decimal RiskUsdPerDay,
    string? UnfixableBecause,
    string Reason);
