using System.Collections.Immutable;

namespace Idp.Core.Migrations;

/// <summary>How the two copies of an object were compared; kept with its migration.</summary>
/// <param name="Tables">Every table, parents first.</param>
/// <param name="RepairedSample">At most 20 keys that differed and were repaired, as <c>table(key, …)</c>.</param>
/// <param name="Took">From the first chunk to the last.</param>
public sealed record VerificationReport(
    ImmutableArray<TableVerification> Tables, ImmutableArray<string> RepairedSample, TimeSpan Took)
{
    /// <summary>Keys that differed once, were drained or written again, and were equal afterwards.</summary>
    public long RepairedKeys => Tables.Sum(table => table.RepairedKeys);
}
