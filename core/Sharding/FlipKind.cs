namespace Idp.Core.Sharding;

/// <summary>What can change.</summary>
public enum FlipKind
{
    /// <summary>All reads and writes of callers in the region, by a factor.</summary>
    Demand,

    /// <summary>US dollars for a gigabyte stored for a day in the region.</summary>
    StoragePrice,

    /// <summary>US dollars for a gigabyte sent out of the region.</summary>
    EgressPrice,

    /// <summary>What a millisecond is worth, by a factor.</summary>
    LatencyValue,

    /// <summary>The object's bytes, by a factor.</summary>
    Size,
}
