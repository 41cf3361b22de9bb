using System.Data;
using Npgsql;

namespace Idp.Client;

/// <summary>Statements that travel as one batch: alone inside an entered transaction, behind the fence at its beginning.</summary>
/// <remarks>The two batches share the same command objects, so that both stay prepared.</remarks>
internal sealed class FencedBatch : IStatements, IDisposable
{
    private readonly NpgsqlBatch _declared = new();
    private readonly NpgsqlBatch _plain = new();
    private readonly NpgsqlBatch _fenced = new();
    private bool _isPrepared;
    private int? _timeoutSeconds;

    /// <summary>What the caller wants to run.</summary>
    public NpgsqlBatchCommandCollection Commands => _declared.BatchCommands;

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
        _plain.BatchCommands.Clear();
        await ComposeAsync(async, connection, fence, cancellationToken);
        await ComposeAsync(async, connection, fence: null, cancellationToken);
    }

    public void Cancel()
    {
        _plain.Cancel();
        _fenced.Cancel();
    }

    public void Dispose()
    {
        _declared.Dispose();
        _plain.Dispose();
        _fenced.Dispose();
    }

    private async ValueTask<NpgsqlBatch> ComposeAsync(bool async, NpgsqlConnection connection, Fence? fence, CancellationToken cancellationToken)
    {
        if (Commands.Cast<NpgsqlBatchCommand>().Any(command => command.AppendErrorBarrier is true))
        {
            throw new NotSupportedException("An error barrier would split the batch into several transactions, and only the first would have entered.");
        }

        var batch = fence is null ? _plain : _fenced;
        NpgsqlBatchCommand[] commands = [.. fence?.Commands ?? [], .. Commands.Cast<NpgsqlBatchCommand>().Select(Runnable)];
        batch.Connection = connection;

        // A batch that was prepared does not look at commands added later, so it is composed only when something changed.
        if (!batch.BatchCommands.SequenceEqual(commands))
        {
            batch.BatchCommands.Clear();
            foreach (var command in commands)
            {
                batch.BatchCommands.Add(command);
            }

            // No round trip for what the server has prepared already.
            if (_isPrepared)
            {
                await (async ? new ValueTask(batch.PrepareAsync(cancellationToken)) : PrepareNow(batch));
            }
        }

        return batch;
    }

    // Npgsql 10.0 rewrites named parameters on each execution of a batch command, and keeps those of the one before.
    private static NpgsqlBatchCommand Runnable(NpgsqlBatchCommand command)
    {
        if (command.Parameters.Count == 0 || command.Parameters[0].ParameterName.Length == 0)
        {
            return command;
        }

#pragma warning disable CA2100 // The text is the application's own.
        var copy = new NpgsqlBatchCommand(command.CommandText) { CommandType = command.CommandType };
#pragma warning restore CA2100
        foreach (NpgsqlParameter parameter in command.Parameters)
        {
            copy.Parameters.Add(parameter.Clone());
        }

        return copy;
    }

    private static ValueTask PrepareNow(NpgsqlBatch batch)
    {
        batch.Prepare();
        return ValueTask.CompletedTask;
    }
}
