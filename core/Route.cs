namespace Idp.Core;

/// <summary>Where to send one object's transactions, and the epoch to show at the fence.</summary>
/// <param name="OwnerEpoch">0: never seen; the store of <paramref name="Region"/> may create the object.</param>
public readonly record struct Route(RegionId Region, long OwnerEpoch);
