using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Idp.Core;
using Npgsql;

namespace Idp.Storage.Regions;

/// <summary>One round of a large table's copy: the changes, then chunks side by side, all of one snapshot.</summary>
/// <remarks>
/// Three transactions of the target in a row: one drains and marks the progress loose, one for each chunk, one moves the checkpoint
/// past all chunks. Who finds a loose progress must take over. Nothing is open for longer than a round.
/// </remarks>
internal sealed class CopyRound(
    RegionStore source, RegionStore target, ObjectId id, SourceReader reader, TargetWriter writer, MoverOptions options, TimeProvider clock)
{
    /// <summary>Chunks that each worker takes in a round, so that a slow one does not leave the others idle for long.</summary>
    private const int ChunksPerWorker = 4;

    /// <summary>How much more a round may carry than what earlier ones have shown to be its rows' size.</summary>
    private const int GrowthPerRound = 8;

    private static readonly TimeSpan TypicalRound = TimeSpan.FromSeconds(2);

    private int _rowsPerChunk = options.RowsPerStep * GrowthPerRound;
    private double _bytesPerRow;

    public sealed record Result(TargetWriter.Landing Landing, StreamProgress Claimed, StreamProgress After, int ChangedKeys);

    /// <param name="isLastTable">Whether the copy is whole once this table is.</param>
    public async Task<Result> RunAsync(StreamProgress before, TableSql table, KeyOrder order, bool isLastTable, CancellationToken cancellationToken)
    {
        // Without a free worker the round still goes on, alone.
        var reserved = source.Throttle.Reserve(options.ParallelChunks);
        try
        {
            return await RunAsync(before, table, order, isLastTable, Math.Max(1, reserved), cancellationToken);
        }
        finally
        {
            source.Throttle.Release(reserved);
        }
    }

    private async Task<Result> RunAsync(
        StreamProgress before, TableSql table, KeyOrder order, bool isLastTable, int workers, CancellationToken cancellationToken)
    {
        var (rows, chunks) = Plan(before, workers);
        await using var connection = await source.Data.OpenConnectionAsync(cancellationToken);
        var (batch, exported, boundaries) = await reader.OpenSnapshotAsync(
            connection, before, order, table.Boundaries(before.CopiedKey, rows, chunks), cancellationToken);

        // Drained before the chunks land: their rows may point to any row of the snapshot.
        var loose = before with { Drained = batch.Snapshot, IsLoose = true };
        var landing = await writer.LandAsync(before, loose, batch.Tables, isClosed: false, cancellationToken);
        if (landing is not TargetWriter.Landing.Landed)
        {
            return new Result(landing, before, before, batch.ChangedKeys);
        }

        var claimed = loose with { Version = before.Version + 1 };
        var isTableWhole = boundaries.Count < chunks;
        var intervals = new ConcurrentQueue<(string[]? After, string[]? UpTo)>(
            Intervals(before.CopiedKey, boundaries, isTableWhole).Select(interval => ((string[]?, string[]?))interval));
        if (await CopyAsync(connection, exported, table, claimed, intervals, workers, cancellationToken) is not { } copied)
        {
            return new Result(TargetWriter.Landing.Lost, before, before, batch.ChangedKeys);
        }

        var after = claimed with
        {
            IsLoose = false,
            CopiedTable = isTableWhole ? before.CopiedTable + 1 : before.CopiedTable,
            CopiedKey = isTableWhole ? null : boundaries[^1],
            IsCopied = isTableWhole && isLastTable,
            RowCount = before.RowCount + copied.RowCount,
            SizeBytes = before.SizeBytes + copied.SizeBytes,
        };
        Learn(copied.RowCount, copied.SizeBytes);
        return await writer.EndRoundAsync(claimed, after, cancellationToken)
            ? new Result(TargetWriter.Landing.Landed, claimed, after, batch.ChangedKeys)
            : new Result(TargetWriter.Landing.Lost, before, before, batch.ChangedKeys);
    }

    private async Task<(long RowCount, long SizeBytes)?> CopyAsync(
        NpgsqlConnection first,
        string exported,
        TableSql table,
        StreamProgress claimed,
        ConcurrentQueue<(string[]? After, string[]? UpTo)> intervals,
        int workers,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(watch.Token);
#pragma warning disable CA2025 // WhenAll waits for every one of them, also when one fails.
        var working = Enumerable.Range(0, Math.Min(workers, intervals.Count)).Select(number => StopOthersAsync(
            WorkAsync(number == 0 ? first : null, exported, table, claimed.Version, intervals, stop.Token), stop)).ToArray();
#pragma warning restore CA2025
        try
        {
            var done = await Task.WhenAll(working);
            return done.All(part => part is not null) ? (done.Sum(part => part!.Value.RowCount), done.Sum(part => part!.Value.SizeBytes)) : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The failure that stopped the others tells more than that they were stopped.
            await (Array.Find(working, task => task.IsFaulted) ?? Task.CompletedTask);
            return null;
        }
        finally
        {
            await watch.CancelAsync();
            await watching;
        }
    }

    private static async Task<(long RowCount, long SizeBytes)?> StopOthersAsync(Task<(long RowCount, long SizeBytes)?> work, CancellationTokenSource stop)
    {
        try
        {
            var done = await work;
            if (done is null)
            {
                await stop.CancelAsync();
            }

            return done;
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    // Null when the round is over: somebody else has taken the stream.
    private async Task<(long RowCount, long SizeBytes)?> WorkAsync(
        NpgsqlConnection? first, string exported, TableSql table, long version, ConcurrentQueue<(string[]? After, string[]? UpTo)> intervals, CancellationToken cancellationToken)
    {
        var from = first ?? await source.Data.OpenConnectionAsync(cancellationToken);
        try
        {
            if (first is null)
            {
                await SourceReader.JoinSnapshotAsync(from, exported, cancellationToken);
            }

            var pipe = new ChunkPipe(source.Throttle, options);
            var (rows, bytes) = (0L, 0L);
            await using var to = await target.Data.OpenConnectionAsync(cancellationToken);
            while (intervals.TryDequeue(out var interval))
            {
                if (!await writer.BeginChunkAsync(to, version, cancellationToken))
                {
                    return null;
                }

                var (chunkRows, chunkBytes) = await pipe.RunAsync(
                    from, table.CopyOut(id.Key, interval.After, interval.UpTo), to, table.CopyIn, cancellationToken);
                await SourceReader.ExecuteAsync(to, "COMMIT", cancellationToken);
                rows += chunkRows;
                bytes += chunkBytes;
            }

            return (rows, bytes);
        }
        finally
        {
            if (first is null)
            {
                await from.DisposeAsync();
            }
        }
    }

    // Asks the source how it is while the round lasts. What it answers slows copies; that it does not is no reason to fail them.
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await SourceProbe.AskIfDueAsync(source, options, clock, cancellationToken);
                await Task.Delay(SourceProbe.Period / 2, clock, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or NpgsqlException)
        {
            Debug.WriteLine(failure.Message);
        }
    }

    private (int Rows, int Chunks) Plan(StreamProgress before, int workers)
    {
        if (_bytesPerRow == 0 && before.RowCount > 0)
        {
            _bytesPerRow = (double)before.SizeBytes / before.RowCount;
        }

        var chunks = workers * ChunksPerWorker;
        var chunkBytes = (double)options.ChunkBytes;
        if (source.Throttle.RateOf(options) is { } rate)
        {
            chunkBytes = Math.Min(chunkBytes, rate * TypicalRound.TotalSeconds / chunks);
        }

        var fitting = chunkBytes / Math.Max(1, _bytesPerRow);
        return ((int)Math.Clamp(fitting, 1, Math.Min(options.MaxChunkRows, _rowsPerChunk)), chunks);
    }

    private void Learn(long rows, long bytes)
    {
        _rowsPerChunk = (int)Math.Min(int.MaxValue, (long)_rowsPerChunk * GrowthPerRound);
        _bytesPerRow = rows > 0 ? (double)bytes / rows : _bytesPerRow;
    }

    private static IEnumerable<(string[]? After, string[]? UpTo)> Intervals(string[]? after, List<string[]> boundaries, bool isTableWhole)
    {
        foreach (var boundary in boundaries)
        {
            yield return (after, boundary);
            after = boundary;
        }

        if (isTableWhole)
        {
            yield return (after, null);
        }
    }
}
