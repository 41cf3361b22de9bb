using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Decisions;

namespace Idp.Storage;

/// <summary>A dataset as it was applied.</summary>
/// <param name="BirthRegion">Where objects that nobody has seen may be created.</param>
/// <param name="PlacementKey">The column whose value names the object a row belongs to.</param>
/// <param name="DataClassification">What policies select by; <see langword="null"/> when the document has none.</param>
/// <param name="UserRegion">Where its users live, for policies; <see langword="null"/> when the document has none.</param>
/// <param name="Document">The YAML text as applied.</param>
/// <param name="Revision">1 at first, one more with each change; ignored when applying.</param>
public sealed record DatasetRecord(
    DatasetId Name,
    RegionId BirthRegion,
    string PlacementKey,
    ImmutableArray<string> Tables,
    string? DataClassification,
    string? UserRegion,
    OperatingMode Mode,
    string Document,
    long Revision);
