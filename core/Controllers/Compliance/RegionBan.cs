namespace Idp.Core.Controllers.Compliance;

/// <summary>One rule of one policy that is against a copy of one object in one region.</summary>
/// <param name="Rule">For example <c>requirements.primary_location.allowed_regions</c>.</param>
/// <param name="IsHard">False for policies that only warn.</param>
/// <param name="WaivedUntil">End of an override that allows it; null when there is none.</param>
/// <param name="Because">The finding, for people.</param>
public sealed record RegionBan(
    RegionId Region,
    CopyRole Role,
    string Policy,
    string Rule,
    ComplianceUrgency Urgency,
    bool IsHard,
    DateTimeOffset? WaivedUntil,
    string Because);
