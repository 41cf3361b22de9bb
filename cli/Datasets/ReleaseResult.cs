using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Cli.Datasets;

/// <summary>What release found and did.</summary>
/// <param name="Refusals">Why the dataset cannot be released yet, and what to do; when there is one, nothing was changed.</param>
/// <param name="ReleaseSql">The statements that remove the guards, the same in every region.</param>
/// <param name="IsReleased">False for a check, and when it was refused.</param>
public sealed record ReleaseResult(
    DatasetId Dataset, RegionId BirthRegion, ImmutableArray<string> Refusals, ImmutableArray<string> ReleaseSql, bool IsReleased);
