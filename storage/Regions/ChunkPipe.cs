using System.Buffers;
using Npgsql;

namespace Idp.Storage.Regions;

/// <summary>Streams a binary COPY of one store into another, so that no chunk is ever held whole.</summary>
internal sealed class ChunkPipe(CopyThrottle throttle, MoverOptions options)
{
    private const int MaxPieceBytes = 256 << 10;
    private const int MinPieceBytes = 4 << 10;
    private const int PiecesPerSecond = 10;

    /// <returns>Rows and bytes that passed.</returns>
    public async Task<(long RowCount, long SizeBytes)> RunAsync(
        NpgsqlConnection from, string copyOut, NpgsqlConnection to, string copyIn, CancellationToken cancellationToken)
    {
        await using var reading = await from.BeginRawBinaryCopyAsync(copyOut, cancellationToken);
        await using var writing = await to.BeginRawBinaryCopyAsync(copyIn, cancellationToken);
        try
        {
            return await PumpAsync(reading, writing, cancellationToken);
        }
        catch
        {
            // Disposing an unfinished raw COPY would complete it.
            await writing.CancelAsync();
            throw;
        }
    }

    // Two buffers: while one is written, the other is filled.
    private async Task<(long RowCount, long SizeBytes)> PumpAsync(NpgsqlRawCopyStream reading, NpgsqlRawCopyStream writing, CancellationToken cancellationToken)
    {
        var filling = ArrayPool<byte>.Shared.Rent(MaxPieceBytes);
        var flowing = ArrayPool<byte>.Shared.Rent(MaxPieceBytes);
        var counter = new BinaryCopyCounter();
        var size = 0L;
        var write = Task.CompletedTask;
        try
        {
            while (true)
            {
                // Slow copies in small pieces, or each would be a burst.
                var piece = throttle.RateOf(options) is { } rate
                    ? (int)Math.Clamp(rate / PiecesPerSecond, MinPieceBytes, MaxPieceBytes)
                    : MaxPieceBytes;
                var count = await reading.ReadAtLeastAsync(filling.AsMemory(0, piece), piece, throwOnEndOfStream: false, cancellationToken);
                await write;
                if (count == 0)
                {
                    return (counter.RowCount, size);
                }

                counter.Add(filling.AsSpan(0, count));
                size += count;
                await throttle.TakeAsync(count, options, cancellationToken);
                write = writing.WriteAsync(filling.AsMemory(0, count), cancellationToken).AsTask();
                (filling, flowing) = (flowing, filling);
            }
        }
        finally
        {
            // A buffer may be given back, and the COPY cancelled, only when nobody writes from it any more.
            await write.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            ArrayPool<byte>.Shared.Return(filling);
            ArrayPool<byte>.Shared.Return(flowing);
        }
    }
}
