using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Controllers.Tiering;

/// <summary>One object as the tiering controller sees it.</summary>
/// <param name="SizeBytes">Bytes of its rows, unpacked.</param>
/// <param name="TierSince">Since when it lies in <paramref name="Tier"/>; early deletion is charged by it.</param>
/// <param name="Reads">Decayed with <see cref="TieringOptions.HalfLife"/>.</param>
/// <param name="Writes">The same for writes; one to a tier colder than hot reads the whole object back.</param>
/// <param name="BytesPerRead">Mean bytes that one read takes from the tier.</param>
/// <param name="BaseMs">What an access waits besides the tier, in milliseconds.</param>
/// <param name="FirstSeen">Since when its accesses are counted.</param>
/// <param name="Excluded">Tiers that policies or its intent forbid; all others are allowed.</param>
/// <param name="IsChanging">True while any change of it is open.</param>
/// <param name="Memory">What the previous plan returned for it; null when it is new.</param>
public sealed record TieringSubject(
    ObjectId Object,
    RegionId Primary,
    long SizeBytes,
    StorageTier Tier,
    DateTimeOffset TierSince,
    DecayedCount Reads,
    DecayedCount Writes,
    long BytesPerRead,
    double BaseMs,
    DateTimeOffset FirstSeen,
    ImmutableArray<TierExclusion> Excluded,
    bool IsChanging,
    TierMemory? Memory);
