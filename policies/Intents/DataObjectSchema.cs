using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Policies.Intents;

/// <summary>Which tables hold the dataset, and how their rows belong to objects.</summary>
public sealed record DataObjectSchema
{
    /// <summary>The column that every table has; rows with the same value are one object.</summary>
    public required string PlacementKey { get; init; }

    /// <summary>Where objects stand before they are first placed; null leaves that to the plane.</summary>
    public RegionId? BirthRegion { get; init; }

    /// <summary>1 to 200 tables whose rows move with their object.</summary>
    public required ImmutableArray<TableName> Tables { get; init; }

    /// <summary>Up to 200 tables that every region has in full; they never move.</summary>
    public ImmutableArray<TableName> ReferenceTables { get; init; } = [];
}
