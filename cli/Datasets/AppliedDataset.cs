using Idp.Core;
using Idp.Core.Decisions;

namespace Idp.Cli.Datasets;

internal sealed record AppliedDataset(DatasetId Dataset, long Revision, OperatingMode Mode);
