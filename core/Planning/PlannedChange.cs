using System.Text.Json.Serialization;

namespace Idp.Core.Planning;

/// <summary>A change of layout as it was proposed: what it was for, and when the plan meant to take it back.</summary>
/// <param name="At">When it was proposed or, once it has happened, first seen.</param>
/// <param name="PrimaryBack">When the plan hands the primary back; null when it does not, or when the primary stays.</param>
/// <param name="SitesBack">When the plan has the former sites again; null when it does not, or when the sites stay.</param>
public sealed record PlannedChange(
    DateTimeOffset At,
    Layout From,
    Layout To,
    DateTimeOffset? PrimaryBack,
    DateTimeOffset? SitesBack)
{
    /// <value>Sites that had to be copied.</value>
    [JsonIgnore]
    public int Copies => From.CopiesTo(To);

    /// <value>Whether the primary changed.</value>
    [JsonIgnore]
    public bool IsHandOver => From.Primary != To.Primary;
}
