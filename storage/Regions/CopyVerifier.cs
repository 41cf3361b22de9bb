using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json;
using Idp.Core;
using Idp.Core.Movement;
using Npgsql;
using static Idp.Storage.Regions.OwnershipRow;

namespace Idp.Storage.Regions;

/// <summary>Compares part of an object at one consistent point: a snapshot of the source, and the target drained to exactly it.</summary>
/// <remarks>What differs is located, written again from the same snapshot, and compared once more, all in the one transaction.</remarks>
internal sealed class CopyVerifier(
    RegionStore source,
    RegionStore target,
    AdoptedDataset dataset,
    ObjectId id,
    Subscriber stream,
    ImmutableArray<TableSql> tables,
    SourceReader reader,
    TargetWriter writer,
    MoverOptions options)
{
    private const long BytesPerChunk = 64 << 20;

    private readonly ImmutableArray<TableDigestSql> _digests = [.. tables.Select(table => new TableDigestSql(table))];

    /// <param name="order">How both stores order keys; null to compare whole tables at once.</param>
    /// <returns>No progress when changes got in each other's way; no state then, and when another batch landed first.</returns>
    public async Task<(StreamProgress? After, VerificationState? State)> StepAsync(
        StreamProgress before, VerificationState state, (KeyOrder Source, KeyOrder Target)? order, CancellationToken cancellationToken)
    {
        var table = tables[state.Table];
        var isOrdered = order?.Source.IsSameAs(order.Value.Target, dataset, table.Table) is true;
        await using var there = await source.Data.OpenConnectionAsync(cancellationToken);
        var (batch, _, boundaries) = await reader.OpenSnapshotAsync(
            there, before, null, isOrdered ? table.Boundaries(state.Key, RowsPerChunk(before), 1) : null, cancellationToken);
        ImmutableArray<Part> parts = order is null
            ? [.. Enumerable.Range(state.Table, tables.Length - state.Table).Select(index => new Part(index, null, null, false))]
            : [new Part(state.Table, state.Key, boundaries.FirstOrDefault(), !isOrdered)];

        await using var here = await target.Data.OpenConnectionAsync(cancellationToken);
        var after = before with { Drained = batch.Snapshot };
#pragma warning disable CA2025 // Awaited below, on every way out.
        var reading = DigestsAsync(there, parts, cancellationToken);
#pragma warning restore CA2025
        try
        {
            var landing = await writer.ApplyAsync(here, before, after, batch.Tables, isClosed: false, cancellationToken);
            if (landing is not TargetWriter.Landing.Landed)
            {
                return (landing is TargetWriter.Landing.Lost ? before : null, null);
            }

            var stored = await DigestsAsync(here, parts, cancellationToken);
            var expected = await reading;
            foreach (var (index, part) in parts.Index())
            {
                var repaired = await CompareAsync(there, here, before, part, expected[index], stored[index], cancellationToken);
                state = state.With(part.Table, part.UpTo, Sum(expected[index]), repaired);
            }

            after = after with { Version = before.Version + 1, Verification = state.ToJson() };
            await using var finish = new NpgsqlBatch(here) { BatchCommands = { StreamProgress.NoteVerification(id, stream, after.Verification), new("COMMIT") } };
            await finish.ExecuteNonQueryAsync(cancellationToken);
            return (after, state);
        }
        finally
        {
            // The connection must be quiet before it is given back.
            await reading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private int RowsPerChunk(StreamProgress before) =>
        (int)Math.Clamp(BytesPerChunk / Math.Max(1, before.SizeBytes / Math.Max(1, before.RowCount)), 1, options.MaxComparedRows);

    private static RowsDigest Sum(Dictionary<int, RowsDigest> buckets) => buckets.Values.Aggregate(default(RowsDigest), (sum, bucket) => sum + bucket);

    private async Task<List<Dictionary<int, RowsDigest>>> DigestsAsync(NpgsqlConnection connection, ImmutableArray<Part> parts, CancellationToken cancellationToken)
    {
        await using var questions = new NpgsqlBatch(connection) { Timeout = SourceReader.LongStatementSeconds };
        foreach (var part in parts)
        {
            questions.BatchCommands.Add(new(_digests[part.Table].Digest(part.After, part.UpTo, part.IsBucketed)) { Parameters = { Text(id.Key) } });
        }

        var found = new List<Dictionary<int, RowsDigest>>();
        await using var answers = await questions.ExecuteReaderAsync(cancellationToken);
        foreach (var _ in parts)
        {
            var buckets = new Dictionary<int, RowsDigest>();
            while (await answers.ReadAsync(cancellationToken))
            {
                buckets.Add(answers.GetInt32(0), RowsDigest.From(
                    answers.GetInt64(1), answers.GetFieldValue<BigInteger>(2), answers.GetFieldValue<BigInteger>(3)));
            }

            found.Add(buckets);
            await answers.NextResultAsync(cancellationToken);
        }

        return found;
    }

    // The keys that were repaired.
    private async Task<ImmutableArray<string>> CompareAsync(
        NpgsqlConnection there,
        NpgsqlConnection here,
        StreamProgress before,
        Part part,
        Dictionary<int, RowsDigest> expected,
        Dictionary<int, RowsDigest> stored,
        CancellationToken cancellationToken)
    {
        var buckets = Differing(expected, stored);
        if (buckets.Length == 0)
        {
            return [];
        }

        var table = tables[part.Table];
        var reading = ListAsync(there, part, buckets, cancellationToken);
        var actual = await ListAsync(here, part, buckets, cancellationToken);
        var keys = DifferingKeys(await reading, actual);
        if (keys.Length == 0 || keys.Length > options.MaxRepairedKeys)
        {
            throw Unequal(table, keys, keys.Length == 0 ? "their sums differ, but no key does" : $"at most {options.MaxRepairedKeys} are repaired (Mover:MaxRepairedKeys)", null);
        }

        try
        {
            await writer.RewriteAsync(here, await reader.ReadRowsAsync(there, part.Table, keys, before, cancellationToken), cancellationToken);
        }
        catch (PostgresException failure)
        {
            throw Unequal(table, keys, $"writing them again failed with {failure.SqlState}", failure);
        }

        var repaired = (await DigestsAsync(here, [part], cancellationToken))[0];
        return Differing(expected, repaired).Length == 0
            ? [.. keys.Select(key => Name(table, key))]
            : throw Unequal(table, keys, "they still differ after they were written again", null);
    }

    private async Task<Dictionary<string, (string[] Key, long Hash1, long Hash2)>> ListAsync(
        NpgsqlConnection connection, Part part, int[] buckets, CancellationToken cancellationToken)
    {
        await using var list = new NpgsqlBatch(connection) { Timeout = SourceReader.LongStatementSeconds };
        list.BatchCommands.Add(new(_digests[part.Table].List(part.After, part.UpTo, part.IsBucketed))
        {
            Parameters = { Text(id.Key), new NpgsqlParameter<int[]> { TypedValue = buckets } },
        });
        var rows = new Dictionary<string, (string[], long, long)>(StringComparer.Ordinal);
        await using var answers = await list.ExecuteReaderAsync(cancellationToken);
        while (await answers.ReadAsync(cancellationToken))
        {
            var key = answers.GetFieldValue<string[]>(0);
            rows.Add(JsonSerializer.Serialize(key), (key, answers.GetInt64(1), answers.GetInt64(2)));
        }

        return rows;
    }

    private static int[] Differing(Dictionary<int, RowsDigest> expected, Dictionary<int, RowsDigest> stored) =>
        [.. expected.Keys.Union(stored.Keys).Where(bucket => expected.GetValueOrDefault(bucket) != stored.GetValueOrDefault(bucket)).Order()];

    private static ImmutableArray<string[]> DifferingKeys(
        Dictionary<string, (string[] Key, long Hash1, long Hash2)> expected, Dictionary<string, (string[] Key, long Hash1, long Hash2)> actual) =>
        [
            .. from pair in expected
               where !actual.TryGetValue(pair.Key, out var other) || (other.Hash1, other.Hash2) != (pair.Value.Hash1, pair.Value.Hash2)
               select pair.Value.Key,
            .. from pair in actual
               where !expected.ContainsKey(pair.Key)
               select pair.Value.Key,
        ];

    private static string Name(TableSql table, string[] key) => $"{table.Table.FullName}({string.Join(", ", key)})";

    private MoveVerificationException Unequal(TableSql table, ImmutableArray<string[]> keys, string why, Exception? cause)
    {
        var sample = keys.Take(VerificationState.MaxSample).Select(key => Name(table, key));
        return new MoveVerificationException(
            $"{id} differs between {source.Region} and {target.Region} in {keys.Length} keys of {table.Table.FullName}, and {why}: {string.Join(", ", sample)}", cause);
    }

    private sealed record Part(int Table, string[]? After, string[]? UpTo, bool IsBucketed);
}
