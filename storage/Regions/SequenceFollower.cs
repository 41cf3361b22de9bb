using System.Collections.Immutable;
using Npgsql;
using static Idp.Storage.Regions.OwnershipRow;

namespace Idp.Storage.Regions;

/// <summary>Sees to it that keys which an object's next owner draws from its sequences come after those that the object has.</summary>
/// <remarks>
/// Each store draws from sequences of its own. What an owner has drawn is not below any number of an object's rows that were drawn at
/// all: this holds where the object was born, and here for each next owner before the commit. Numbers are drawn and thrown away, since
/// that alone can never take a sequence back while others draw from it.
/// </remarks>
internal sealed class SequenceFollower(RegionStore target, AdoptedDataset dataset)
{
    // About 0.2 µs each. A sequence further behind is set: others would have to draw as many between two calls in one statement to be taken back.
    private const long MaxDraws = 1_000_000;

    private ImmutableArray<KeySequence> _here;

    /// <summary>Draws what the target's sequences are behind. Asks the target only when the source has drawn anything, and then once.</summary>
    /// <param name="source">The owner's sequences; of an object that is frozen, as they were read after the freeze.</param>
    public async Task FollowAsync(ImmutableArray<KeySequence> source, CancellationToken cancellationToken)
    {
        if (!source.Any(sequence => sequence.Last is not null))
        {
            return;
        }

        if (_here.IsDefault)
        {
            _here = await ReadHereAsync(cancellationToken);
        }

        // Twice for a sequence that has never been used: its first number tells where it begins.
        while (await DrawAsync(source, cancellationToken))
        {
        }
    }

    /// <summary>The command that reads a dataset's sequences in one store.</summary>
    public static NpgsqlBatchCommand Read(AdoptedDataset dataset) => new(CatalogSql.Sequences) { Parameters = { DatasetReader.Names(RegionStore.Names(dataset)) } };

    /// <summary>Reads the answer to <see cref="Read"/>.</summary>
    public static async Task<ImmutableArray<KeySequence>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var sequences = ImmutableArray.CreateBuilder<KeySequence>();
        while (await reader.ReadAsync(cancellationToken))
        {
            sequences.Add(new KeySequence(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetBoolean(6),
                reader.IsDBNull(7) ? null : reader.GetInt64(7)));
        }

        return sequences.ToImmutable();
    }

    /// <summary>The command that reads anew how far known sequences have been drawn, without asking the catalog again.</summary>
    public static NpgsqlBatchCommand ReadLast(ImmutableArray<KeySequence> sequences) =>
        new("SELECT pg_sequence_last_value(s.name::regclass) FROM unnest($1) WITH ORDINALITY s(name, place) ORDER BY s.place")
        {
            Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. sequences.Select(sequence => sequence.Sql)] } },
        };

    /// <summary>Reads the answer to <see cref="ReadLast"/>.</summary>
    public static async Task<ImmutableArray<KeySequence>> ReadLastAsync(NpgsqlDataReader reader, ImmutableArray<KeySequence> sequences, CancellationToken cancellationToken)
    {
        var read = sequences.ToBuilder();
        for (var i = 0; await reader.ReadAsync(cancellationToken); i++)
        {
            read[i] = read[i] with { Last = reader.IsDBNull(0) ? null : reader.GetInt64(0) };
        }

        return read.ToImmutable();
    }

    private async Task<ImmutableArray<KeySequence>> ReadHereAsync(CancellationToken cancellationToken)
    {
        await using var batch = target.Data.CreateBatch();
        batch.BatchCommands.Add(Read(dataset));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    private async Task<bool> DrawAsync(ImmutableArray<KeySequence> source, CancellationToken cancellationToken)
    {
        var behind = (from here in _here
                      from other in source
                      where here.Table == other.Table && here.Column == other.Column
                      group here.StepsPast(other) by here into steps
                      where steps.Max() > 0
                      select (Sequence: steps.Key, Steps: steps.Max())).DistinctBy(each => each.Sequence.Sql).ToArray();
        if (behind.Length == 0)
        {
            return false;
        }

        await using var batch = target.Data.CreateBatch();
        foreach (var (sequence, steps) in behind)
        {
            batch.BatchCommands.Add(Draw(sequence, steps));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (var (sequence, _) in behind)
        {
            await reader.ReadAsync(cancellationToken);
            var last = reader.GetInt64(0);
            _here = [.. _here.Select(here => here.Sql == sequence.Sql ? here with { Last = last } : here)];
            await reader.NextResultAsync(cancellationToken);
        }

        return true;
    }

    private static NpgsqlBatchCommand Draw(KeySequence sequence, long steps) => steps <= MaxDraws
        ? new($"SELECT {(sequence.Increment > 0 ? "max" : "min")}(nextval($1::regclass)) FROM generate_series(1, $2)") { Parameters = { Text(sequence.Sql), Number(steps) } }
        : new("SELECT setval($1::regclass, $2)") { Parameters = { Text(sequence.Sql), Number(sequence.Last!.Value + (steps * sequence.Increment)) } };
}
