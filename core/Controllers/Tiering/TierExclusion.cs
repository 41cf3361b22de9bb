namespace Idp.Core.Controllers.Tiering;

/// <summary>A tier that an object may not lie in.</summary>
/// <param name="Because">The rule, for people, for example <c>intent users: p99 50 ms</c>.</param>
public sealed record TierExclusion(StorageTier Tier, string Because);
