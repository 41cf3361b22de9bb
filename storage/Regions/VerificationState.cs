using System.Collections.Immutable;
using System.Text.Json;
using Idp.Core.Migrations;

namespace Idp.Storage.Regions;

/// <summary>How far a comparison has come; stored beside the rows, so that it goes on where it stopped.</summary>
/// <param name="Table">Tables before this one are compared.</param>
/// <param name="Key">The last key compared of that table; null before its first row.</param>
/// <param name="Tallies">One a table.</param>
/// <param name="RepairedSample">Some of the keys that differed.</param>
internal sealed record VerificationState(
    int Table, string[]? Key, ImmutableArray<VerificationState.Tally> Tallies, ImmutableArray<string> RepairedSample, DateTimeOffset StartedAt)
{
    public const int MaxSample = 20;

    public bool IsDone => Table >= Tallies.Length;

    /// <param name="Digest">Of the chunks compared, each at its own snapshot; what changed since was compared as it was drained.</param>
    public sealed record Tally(RowsDigest Digest, int Chunks, long RepairedKeys);

    /// <summary>Goes on from what was stored; begins when nothing was, or when that comparison has ended.</summary>
    public static VerificationState Resume(string? stored, AdoptedDataset dataset, TimeProvider clock)
    {
        var state = stored is null ? null : JsonSerializer.Deserialize<VerificationState>(stored);
        return state is { IsDone: false } && state.Tallies.Length == dataset.Tables.Length
            ? state
            : new VerificationState(0, null, [.. dataset.Tables.Select(_ => new Tally(default, 0, 0))], [], clock.GetUtcNow());
    }

    public string ToJson() => JsonSerializer.Serialize(this);

    public VerificationState With(int table, string[]? upTo, RowsDigest digest, IReadOnlyList<string> repaired)
    {
        var tally = Tallies[table];
        return this with
        {
            Table = upTo is null ? table + 1 : table,
            Key = upTo,
            Tallies = Tallies.SetItem(table, new Tally(tally.Digest + digest, tally.Chunks + 1, tally.RepairedKeys + repaired.Count)),
            RepairedSample = [.. RepairedSample.Concat(repaired).Take(MaxSample)],
        };
    }

    public VerificationReport Report(AdoptedDataset dataset, TimeProvider clock) => new(
        [.. dataset.Tables.Zip(Tallies, (table, tally) =>
            new TableVerification(table.FullName, tally.Digest.RowCount, tally.Digest.Checksum, tally.Chunks, tally.RepairedKeys))],
        RepairedSample,
        clock.GetUtcNow() - StartedAt);
}
