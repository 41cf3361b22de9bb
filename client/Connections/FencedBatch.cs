using System.Data;
using Npgsql;

namespace Idp.Client;

/// <summary>Statements that travel as one batch: alone inside an entered transaction, behind the fence at its beginning.</summary>
/// <remarks>Two batches share the same command objects, so that both stay prepared.</remarks>
internal sealed class FencedBatch : IStatements, IDisposable
{
    private readonly NpgsqlBatch _plain = new();
    private readonly NpgsqlBatch _fenced = new();
    private bool _isPrepared;
    private int? _timeoutSeconds;

    public NpgsqlBatchCommandCollection Commands => _plain.BatchCommands;

    public int? TimeoutSeconds
    {
        get => _timeoutSeconds;
        set
        {
            _timeoutSeconds = value;
            if (value is { } seconds)
            {
                _plain.Timeout = seconds;
                _fenced.Timeout = seconds;
            }
        }
    }

    public async ValueTask<NpgsqlDataReader> RunAsync(
        bool async, NpgsqlConnection connection, Fence? fence, CommandBehavior behavior, CancellationToken cancellationToken)
    {
        var batch = await ComposeAsync(async, connection, fence, cancellationToken);
        return async ? await batch.ExecuteReaderAsync(behavior, cancellationToken) : batch.ExecuteReader(behavior);
    }

    public async ValueTask PrepareAsync(bool async, NpgsqlConnection connection, Fence fence, CancellationToken cancellationToken)
    {
        _isPrepared = true;
        _fenced.BatchCommands.Clear();
        await ComposeAsync(async, connection, fence, cancellationToken);
        await PrepareAsync(async, _plain, connection, cancellationToken);
    }

    public void Cancel()
    {
        _plain.Cancel();
        _fenced.Cancel();
    }

    public void Dispose()
    {
        _plain.Dispose();
        _fenced.Dispose();
    }

    private async ValueTask<NpgsqlBatch> ComposeAsync(bool async, NpgsqlConnection connection, Fence? fence, CancellationToken cancellationToken)
    {
        if (fence is null)
        {
            _plain.Connection = connection;
            return _plain;
        }

        if (!IsComposed(fence))
        {
            _fenced.BatchCommands.Clear();
            foreach (var command in fence.Entries.Select(entry => entry.Command).Concat(_plain.BatchCommands))
            {
                _fenced.BatchCommands.Add(command);
            }

            if (_isPrepared)
            {
                await PrepareAsync(async, _fenced, connection, cancellationToken);
            }
        }

        _fenced.Connection = connection;
        return _fenced;
    }

    // A batch that was prepared does not look at commands added later, so it is composed only when something changed.
    private bool IsComposed(Fence fence) =>
        _fenced.BatchCommands.SequenceEqual(fence.Entries.Select(entry => entry.Command).Concat(_plain.BatchCommands));

    private static async ValueTask PrepareAsync(bool async, NpgsqlBatch batch, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        batch.Connection = connection;
        if (async)
        {
            await batch.PrepareAsync(cancellationToken);
        }
        else
        {
            batch.Prepare();
        }
    }
}
