using System.Collections.Immutable;

namespace Idp.Activities;

/// <summary>What one sweep of the stores found.</summary>
/// <param name="RowsRead">Ownership rows that were looked at.</param>
/// <param name="Unreachable">Regions that could not be swept, each with the reason.</param>
public sealed record ReconcileReport(ImmutableArray<ReconcileFinding> Findings, long RowsRead, ImmutableArray<string> Unreachable);
