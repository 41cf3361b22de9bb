namespace Idp.Core.Controllers.Placement;

/// <summary>A region an object may not have its primary in.</summary>
/// <param name="Because">The rule, for people, for example <c>GDPR-EU-Residency prohibits us-*</c>.</param>
public sealed record RegionExclusion(RegionId Region, string Because);
