using System.Numerics;

namespace Idp.Core.Sharding;

/// <summary>Where one item may be.</summary>
internal readonly record struct ItemLimits(ushort Allowed, int MinSites, int MaxSites)
{
    public bool IsPlaceable => MinSites <= MaxSites && MinSites <= BitOperations.PopCount(Allowed);
}
