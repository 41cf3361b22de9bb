namespace Idp.Core.Value;

/// <summary>Expected loss from a rule that may be broken: how often times how much.</summary>
/// <param name="IncidentsPerYear">Expected number; below 1 for rare ones.</param>
/// <param name="UsdPerIncident">Fine, notification and lost business of one, in US dollars.</param>
public sealed record ComplianceExposure(decimal IncidentsPerYear, decimal UsdPerIncident)
{
    public decimal UsdPerDay => IncidentsPerYear * UsdPerIncident / 365;
}
