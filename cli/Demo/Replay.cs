using System.Collections.Immutable;
using System.Diagnostics;
using System.Threading.Channels;
using Idp.Client;
using Idp.Core;
using Idp.Simulation.Traces;
using Npgsql;

namespace Idp.Cli.Demo;

/// <summary>Plays a trace through real clients: each access becomes one write and some reads of its object's rows, from its region.</summary>
internal sealed class Replay(
    DemoOptions options, ImmutableDictionary<RegionId, IdpDataSource> clients, Ledger ledger, DemoMeter meter, VirtualClock clock)
{
    /// <summary>Client threads in each region. One commit of the trace is hundreds of accesses in one second; they wait their turn, as in any application.</summary>
    private const int ThreadsPerRegion = 12;

    private const string UpdateSql = "UPDATE profile SET version = $3, body = $4 WHERE user_id = $1 AND item = $2";
    private const string InsertSql = "INSERT INTO activity (user_id, item, version, note) VALUES ($1, $2, $3, $4)";
    private const string ReadSql = "SELECT version FROM profile WHERE user_id = $1 AND item = $2";

    private long _position = long.MinValue;

    /// <summary>Trace time up to which accesses were handed to the clients.</summary>
    public DateTimeOffset? Position =>
        Interlocked.Read(ref _position) is > long.MinValue and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Makes every access at its time; returns when the last one is answered, or when cancelled and all begun ones are.</summary>
    public async Task RunAsync(IEnumerable<Access> accesses, CancellationToken cancellationToken)
    {
        var random = new Random(options.Seed);
        var queues = clients.Keys.ToImmutableDictionary(region => region, _ => Channel.CreateUnbounded<(Access Access, int[] Items)>());
        var threads = queues.Values
            .SelectMany(queue => Enumerable.Range(0, ThreadsPerRegion).Select(_ => WorkAsync(queue.Reader, cancellationToken)))
            .ToArray();
        try
        {
            foreach (var access in accesses)
            {
                var wait = clock.Until(access.At);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, TimeProvider.System, cancellationToken);
                }

                cancellationToken.ThrowIfCancellationRequested();
                Interlocked.Exchange(ref _position, access.At.UtcTicks);
                var items = Enumerable.Range(0, options.Reads + 1).Select(_ => random.Next(1, options.RowsPerObject + 1)).ToArray();
                queues[access.Region].Writer.TryWrite((access, items));
            }
        }
        finally
        {
            // Whatever was begun is answered before the ledger is checked.
            foreach (var queue in queues.Values)
            {
                queue.Writer.Complete();
            }

            await Task.WhenAll(threads);
        }
    }

    private async Task WorkAsync(ChannelReader<(Access Access, int[] Items)> queue, CancellationToken cancellationToken)
    {
        await foreach (var (access, items) in queue.ReadAllAsync(CancellationToken.None))
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                await PlayAsync(access, items);
            }
        }
    }

    private async Task PlayAsync(Access access, int[] items)
    {
        var key = options.Key.Of(access);
        await TimedAsync(access, () => WriteAsync(access, key, items[0]));
        foreach (var item in items.AsMemory(1).ToArray())
        {
            await TimedAsync(access, () => ReadAsync(access, key, item));
        }
    }

    private async Task TimedAsync(Access access, Func<Task> operation)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await operation();
            meter.Add(access.Region, access.At, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (Exception failure) when (failure is NpgsqlException or IdpException or TimeoutException or InvalidOperationException)
        {
            // A client's failure is a finding of the demo, shown and counted; it must not stop the others.
            meter.AddError();
        }
    }

    private Task WriteAsync(Access access, string key, int item) => ledger.WriteAsync(
        key,
        item,
        version => clients[access.Region].ExecuteAsync(
            DemoWorld.Dataset,
            key,
            Operation.Write.As($"{access.Kind} activity", access.User),
            async (connection, cancellationToken) =>
            {
                // One batch is one transaction and one round trip: fence, update and insert travel together.
                await using var batch = (IdpBatch)connection.CreateBatch();
                batch.BatchCommands.Add(Statement(UpdateSql, key, item, version, $"{access.Kind} from {access.Region}"));
                batch.BatchCommands.Add(Statement(InsertSql, key, item, version, access.Object));
                await batch.ExecuteNonQueryAsync(cancellationToken);
            },
            CancellationToken.None),
        CancellationToken.None);

    private async Task ReadAsync(Access access, string key, int item)
    {
        var known = ledger.AcknowledgedVersion(key, item);
        var seen = await clients[access.Region].ExecuteAsync(
            DemoWorld.Dataset,
            key,
            Operation.Read.As("Read profile", access.User),
            async (connection, cancellationToken) =>
            {
                await using var command = (IdpCommand)connection.CreateCommand();
                command.CommandText = ReadSql;
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = item });
                return (long?)await command.ExecuteScalarAsync(cancellationToken);
            },
            CancellationToken.None);
        if (seen is null || seen < known)
        {
            meter.AddStaleRead();
        }
    }

    private static NpgsqlBatchCommand Statement(string sql, string key, int item, long version, string text) => new(sql)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = key },
            new NpgsqlParameter<int> { TypedValue = item },
            new NpgsqlParameter<long> { TypedValue = version },
            new NpgsqlParameter<string> { TypedValue = text },
        },
    };
}
