using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Cli.Datasets;

/// <summary>What adoption found and did.</summary>
/// <param name="Tables">Which tables fit, and why the others do not.</param>
/// <param name="Violations">Every rule that is broken; when there is one, nothing was changed.</param>
/// <param name="GuardSql">The statements that guard the tables, the same in every region.</param>
/// <param name="IsAdopted">False for a check, and when a rule is broken.</param>
/// <param name="ObjectCount">Objects with rows in the birth region.</param>
/// <param name="SizeBytes">Of all their rows.</param>
public sealed record AdoptionResult(
    DatasetId Dataset,
    RegionId? BirthRegion,
    ImmutableArray<TableFit> Tables,
    ImmutableArray<string> Violations,
    ImmutableArray<string> GuardSql,
    bool IsAdopted,
    long ObjectCount,
    long RowCount,
    long SizeBytes);
