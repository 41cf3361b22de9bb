using Idp.Core;
using Idp.Core.Movement;
using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Storage.Tests.Regions.Properties;

/// <summary>A mover that died, or sleeps, in the middle of a round; made of the product's own parts.</summary>
internal sealed class AbandonedRound : IAsyncDisposable
{
    private const int Rows = 2;
    private const int Chunks = 3;

    private readonly NpgsqlConnection _there;
    private readonly NpgsqlConnection _here;
    private readonly TargetWriter _writer;
    private readonly TableSql _table;
    private readonly ObjectId _id;
    private readonly long _version;
    private readonly Queue<(string[]? After, string[]? UpTo)> _left;

    private AbandonedRound(NpgsqlConnection there, NpgsqlConnection here, TargetWriter writer, TableSql table, ObjectId id, long version, Queue<(string[]?, string[]?)> left) =>
        (_there, _here, _writer, _table, _id, _version, _left) = (there, here, writer, table, id, version, left);

    /// <summary>Begins a round as a mover does, and lands some of its chunks.</summary>
    /// <returns>Null where a mover would not begin one.</returns>
    public static async Task<AbandonedRound?> BeginAsync(
        RegionStore source, RegionStore target, AdoptedDataset dataset, ObjectId id, MoveAttempt attempt, int landed, CancellationToken cancellationToken)
    {
        var options = new MoverOptions();
        var before = await StreamProgress.ReadAsync(target.Data, id, attempt.Stream, cancellationToken);
        if (before is null || before.IsLoose || before.IsCopied || before.CopiedKey is null)
        {
            return null;
        }

        var tables = dataset.Tables.Select(table => new TableSql(dataset, table)).ToArray();
        var table = tables[before.CopiedTable];
        var writer = new TargetWriter(target, dataset, id, attempt.Stream, row => OwnershipTransitions.MayImport(row, attempt.Epoch), options);
        var reader = new SourceReader(source, [.. tables], id, options);
        var there = await source.Data.OpenConnectionAsync(cancellationToken);
        var here = await target.Data.OpenConnectionAsync(cancellationToken);
        var order = await KeyOrder.ReadAsync(source.Data, dataset, cancellationToken);
        var (batch, _, keys) = await reader.OpenSnapshotAsync(there, before, order, table.Boundaries(before.CopiedKey, Rows, Chunks), cancellationToken);
        var loose = before with { Drained = batch.Snapshot, IsLoose = true };
        if (await writer.LandAsync(before, loose, batch.Tables, isClosed: false, cancellationToken) is not TargetWriter.Landing.Landed)
        {
            await there.DisposeAsync();
            await here.DisposeAsync();
            return null;
        }

        // The last chunk is open-ended when the table ends within the round.
        string[]?[] ends = keys.Count < Chunks ? [before.CopiedKey, .. keys, null] : [before.CopiedKey, .. keys];
        var left = new Queue<(string[]?, string[]?)>(ends.Zip(ends.Skip(1)).Reverse());
        var round = new AbandonedRound(there, here, writer, table, id, before.Version + 1, left);
        for (var chunk = 0; chunk < landed; chunk++)
        {
            await round.LandOneAsync(commit: true, cancellationToken);
        }

        return round;
    }

    /// <summary>Goes on with the next chunk, the farthest first.</summary>
    /// <returns>Whether the target still wanted it.</returns>
    public async Task<bool> LandOneAsync(bool commit, CancellationToken cancellationToken)
    {
        if (!_left.TryDequeue(out var interval))
        {
            return false;
        }

        if (!await _writer.BeginChunkAsync(_here, _version, cancellationToken))
        {
            await SourceReader.ExecuteAsync(_here, "ROLLBACK", cancellationToken);
            return false;
        }

        var pipe = new ChunkPipe(new CopyThrottle(TimeProvider.System), new MoverOptions());
        await pipe.RunAsync(_there, _table.CopyOut(_id.Key, interval.After, interval.UpTo), _here, _table.CopyIn, cancellationToken);
        if (commit)
        {
            await CommitAsync(cancellationToken);
        }

        return true;
    }

    public Task CommitAsync(CancellationToken cancellationToken) => SourceReader.ExecuteAsync(_here, "COMMIT", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _there.DisposeAsync();
        await _here.DisposeAsync();
    }
}
