using Idp.Core;
using Idp.Core.Decisions;
using Idp.Policies.Intents;
using Idp.Storage;

namespace Idp.Cli.Datasets;

internal static class DatasetRecords
{
    public static DatasetRecord Of(DataObject declared, DataObjectSchema schema, RegionId birth, OperatingMode mode, string document) => new(
        declared.Name,
        birth,
        schema.PlacementKey,
        [.. schema.Tables.Select(table => table.ToString())],
        declared.Requirements.Compliance?.DataClassification,
        declared.Requirements.Compliance?.UserRegion,
        mode,
        document,
        Revision: 0);
}
