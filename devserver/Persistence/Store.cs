using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Idp.DevServer.Persistence;

/// <summary>Owns the SQLite file: one thread writes, in groups; a group is one transaction and one flush to disk.</summary>
/// <remarks>
/// Work is done in the order in which it was handed in. What follows a commit (replies, tasks, deliveries) runs in the same
/// order on a thread of its own, so that the next group is not held up by it. A commit that fails ends the process: memory
/// is then ahead of the disk, and nothing may be answered from it.
/// </remarks>
internal sealed class Store : IDisposable
{
    // Bounds the time that a reader of the WAL waits for a checkpoint, and what one power cut can take from a hurried caller.
    private const int MaxGroup = 1_000;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _available = new(0);
    private readonly Channel<List<Action>> _committed = Channel.CreateUnbounded<List<Action>>(new() { SingleReader = true });
    private readonly string _path;
    private readonly bool _isTemporary;
    private readonly SqliteConnection _writer;
    private readonly Thread _thread;
    private readonly Task _effects;
    private Queue<Item> _pending = new();
    private bool _stopping;

    public Store(StoreOptions options, IEnumerable<ISchemaPart> parts)
    {
        _isTemporary = options.Path is null;
        _path = options.Path ?? Path.Combine(Path.GetTempPath(), $"idp-devserver-{Guid.NewGuid():N}.db");
        _writer = Open(SqliteOpenMode.ReadWriteCreate);
        Execute(_writer, "PRAGMA journal_mode=WAL");
        Execute(_writer, _isTemporary ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=FULL");
        foreach (var (name, value) in options.Pragmas ?? [])
        {
            Execute(_writer, $"PRAGMA {name}={value}");
        }

        SchemaMigration.Apply(_writer, parts);
        _thread = new Thread(Write) { Name = "store-writer", IsBackground = true };
        _thread.Start();
        _effects = Task.Run(ReleaseAsync);
    }

    /// <summary>Does <paramref name="work"/> inside the current group's transaction.</summary>
    /// <returns>Completes once the work is on disk; fails alone when the work throws.</returns>
    public Task WriteAsync(Action<SqliteConnection> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(new Item(work, done, null));
        return done.Task;
    }

    /// <summary>Does work that must not fail, and then releases what depends on it.</summary>
    /// <param name="committed">Runs in order after the commit; must be short.</param>
    public void Write(Action<SqliteConnection> work, Action committed) => Enqueue(new Item(work, null, committed));

    /// <summary>A connection for reading; the caller disposes it, which returns it to the pool.</summary>
    public SqliteConnection OpenReader() => Open(SqliteOpenMode.ReadWrite);

    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
        }

        _available.Release();
        _thread.Join();
        _committed.Writer.TryComplete();
        _effects.Wait(TimeSpan.FromSeconds(5));
        _writer.Dispose();
        _available.Dispose();
        SqliteConnection.ClearAllPools();
        if (_isTemporary)
        {
            File.Delete(_path);
            File.Delete(_path + "-wal");
            File.Delete(_path + "-shm");
        }
    }

    private void Enqueue(Item item)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _pending.Enqueue(item);
            if (_pending.Count > 1)
            {
                // The writer has been told already, and takes all there is.
                return;
            }
        }

        _available.Release();
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = mode,
            Pooling = mode is not SqliteOpenMode.ReadWriteCreate,
        }.ToString());
        connection.Open();
        return connection;
    }

    private void Write()
    {
        while (true)
        {
            _available.Wait();
            Queue<Item> batch;
            lock (_gate)
            {
                batch = _pending;
                _pending = new Queue<Item>();
                if (batch.Count == 0 && _stopping)
                {
                    return;
                }
            }

            while (batch.Count > 0)
            {
                var group = new List<Item>(Math.Min(batch.Count, MaxGroup));
                while (group.Count < MaxGroup && batch.TryDequeue(out var item))
                {
                    group.Add(item);
                }

                CommitGroup(group);
            }

            if (_stopping)
            {
                _available.Release();
            }
        }
    }

    private void CommitGroup(List<Item> group)
    {
        try
        {
            var failure = TryCommit(group);
            if (failure is null)
            {
                return;
            }

            if (group.Count == 1)
            {
                Refuse(group[0], failure);
                return;
            }

            // One of them is at fault: each alone, so that the others do not pay for it.
            foreach (var item in group)
            {
                Refuse(item, TryCommit([item]));
            }
        }
        catch (SqliteException failure)
        {
            Environment.FailFast($"The store could not commit: {failure.Message}", failure);
        }
    }

    private static void Refuse(Item item, Exception? failure)
    {
        if (failure is null)
        {
            return;
        }

        if (item.Done is null)
        {
            Environment.FailFast($"A transition could not be stored: {failure.Message}", failure);
        }

        item.Done.SetException(failure);
    }

    /// <returns>Null once the group is on disk; otherwise what one piece of work threw, with the group undone.</returns>
    private Exception? TryCommit(List<Item> group)
    {
        Execute(_writer, "BEGIN IMMEDIATE");
        try
        {
            foreach (var item in group)
            {
                item.Work(_writer);
            }
        }
        catch (Exception failure)
        {
            // Another folder's work may throw anything; it must not take the group with it.
            Execute(_writer, "ROLLBACK");
            return failure;
        }

        Execute(_writer, "COMMIT");
        var effects = new List<Action>(group.Count);
        foreach (var item in group)
        {
            item.Done?.SetResult();
            if (item.Committed is { } committed)
            {
                effects.Add(committed);
            }
        }

        _committed.Writer.TryWrite(effects);
        return null;
    }

    private async Task ReleaseAsync()
    {
        await foreach (var effects in _committed.Reader.ReadAllAsync())
        {
            foreach (var effect in effects)
            {
                effect();
            }
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class, and pragmas of letters and digits only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private sealed class Item(Action<SqliteConnection> work, TaskCompletionSource? done, Action? committed)
    {
        public Action<SqliteConnection> Work { get; } = work;

        public TaskCompletionSource? Done { get; } = done;

        public Action? Committed { get; } = committed;
    }
}
