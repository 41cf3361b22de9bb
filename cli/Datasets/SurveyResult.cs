using System.Collections.Immutable;
using Idp.Core;
using Idp.Storage.Regions;

namespace Idp.Cli.Datasets;

/// <param name="BirthRegion">Declared, or the only region that holds rows; null when neither.</param>
/// <param name="Shape">Null when no region has the tables.</param>
internal sealed record SurveyResult(RegionId? BirthRegion, AdoptedDataset? Shape, ImmutableArray<string> Violations);
