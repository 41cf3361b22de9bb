using System.Collections.Immutable;
using Idp.Core;
using Idp.Storage.Regions;

namespace Idp.Cli.Datasets;

/// <param name="BirthRegion">Declared, or the only region that holds rows; null when neither.</param>
/// <param name="Shape">Null when no region has the tables.</param>
/// <param name="Tables">What was found of each declared table.</param>
/// <param name="Violations">Everything that stands against adoption, what concerns no single table too.</param>
/// <param name="Shapes">The tables of each region that has them; partitions may differ.</param>
internal sealed record SurveyResult(
    RegionId? BirthRegion,
    AdoptedDataset? Shape,
    ImmutableArray<TableFit> Tables,
    ImmutableArray<string> Violations,
    ImmutableDictionary<RegionId, AdoptedDataset> Shapes)
{
    public static SurveyResult Nothing(ImmutableArray<string> violations) => new(null, null, [], violations, ImmutableDictionary<RegionId, AdoptedDataset>.Empty);
}
