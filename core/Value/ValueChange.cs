namespace Idp.Core.Value;

/// <summary>What a change does to a service, against leaving things as they are.</summary>
/// <param name="MsBefore">Mean wait of its operations today, in milliseconds.</param>
/// <param name="MsAfter">The same afterwards.</param>
/// <param name="InfrastructureUsdPerDay">More spent on infrastructure, in US dollars per day; negative when it saves.</param>
/// <param name="ComplianceRiskUsdPerDay">More expected loss from breaking rules; see <see cref="ComplianceExposure"/>.</param>
/// <param name="OverheadUsdPerDay">More work for operators and the plane; see <see cref="OperationalOverhead"/>.</param>
public sealed record ValueChange(
    double MsBefore,
    double MsAfter,
    decimal InfrastructureUsdPerDay,
    decimal ComplianceRiskUsdPerDay = 0,
    decimal OverheadUsdPerDay = 0);
