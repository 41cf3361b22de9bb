namespace Idp.Core.Sharding;

/// <summary>Ways a region can stand in a choice.</summary>
public enum RegionStanding
{
    Primary,
    Replica,

    /// <summary>Compliance forbids it.</summary>
    Prohibited,

    /// <summary>The region has no capacity at all.</summary>
    Closed,

    /// <summary>Adding it would pay, but the object may have no more sites.</summary>
    SiteLimit,

    /// <summary>It costs more than it saves.</summary>
    Outweighed,
}
