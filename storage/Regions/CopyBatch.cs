using System.Collections.Immutable;

namespace Idp.Storage.Regions;

/// <summary>What one snapshot of the source has for a stream: the changes new to it, and perhaps rows it never had.</summary>
/// <param name="Snapshot">As PostgreSQL writes it.</param>
/// <param name="Tables">What the target must write, parents first.</param>
/// <param name="ChangedKeys">How many keys changed.</param>
/// <param name="CopiedTable">Where the copy stands once this has landed.</param>
/// <param name="NewRows">Rows that were never copied before.</param>
internal sealed record CopyBatch(
    string Snapshot,
    ImmutableArray<TableChanges> Tables,
    int ChangedKeys,
    int CopiedTable,
    string[]? CopiedKey,
    int NewRows,
    long NewBytes);
