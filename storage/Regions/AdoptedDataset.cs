using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Storage.Regions;

/// <summary>A dataset's tables in one store.</summary>
/// <param name="PlacementKey">The column that every table has and that names the object.</param>
/// <param name="Tables">Parents before children.</param>
/// <param name="Fingerprint">Equal in two stores only when rows can travel between them.</param>
public sealed record AdoptedDataset(DatasetId Name, string PlacementKey, ImmutableArray<AdoptedTable> Tables, string Fingerprint)
{
    /// <summary>The relations behind the tables in the store that was read, by name. Stores may partition differently.</summary>
    public ImmutableArray<AdoptedPart> Parts { get; init; } = [];

    /// <summary>Equal in one store, for the same tables in the same order, only while neither tables nor relations have changed.</summary>
    public string Mark { get; init; } = string.Empty;

    /// <summary>Whether another table's foreign key points to this one, so that its rows cannot be deleted and inserted anew.</summary>
    public bool IsReferenced(AdoptedTable table) =>
        Tables.Any(other => other.ForeignKeys.Any(key => key.TargetFullName == table.FullName));
}
