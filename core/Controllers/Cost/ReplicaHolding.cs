using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>A copy that is not the primary.</summary>
/// <param name="UsdPerDay">Its storage, and the writes sent to it.</param>
/// <param name="LatencyUsdPerDay">Revenue that it keeps by serving its readers nearby.</param>
/// <param name="AddedMs">What its readers would wait longer without it, in milliseconds.</param>
/// <param name="RequiredBecause">Why it may not go: durability, availability or an intent; null when it may.</param>
public sealed record ReplicaHolding(
    ServiceId? Service, ObjectId Object, RegionId Region, decimal UsdPerDay, decimal LatencyUsdPerDay, double AddedMs, string? RequiredBecause);
