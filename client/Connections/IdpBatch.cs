using System.Data;
using System.Data.Common;
using Npgsql;

namespace Idp.Client;

/// <summary>Several statements in one round trip, the fence included; outside an explicit transaction they are one transaction.</summary>
/// <remarks>Hence without error barriers, which would split it: execution throws <see cref="NotSupportedException"/>.</remarks>
public sealed class IdpBatch : DbBatch
{
    private readonly FencedBatch _batch = new();
    private IdpConnection? _connection;

    internal IdpBatch(IdpConnection connection, IdpTransaction? transaction)
    {
        _connection = connection;
        Transaction = transaction;
    }

    public new NpgsqlBatchCommandCollection BatchCommands => _batch.Commands;

    /// <inheritdoc cref="IdpCommand.CommandTimeout"/>
    public override int Timeout
    {
        get => _batch.TimeoutSeconds ?? _connection?.DefaultTimeoutSeconds ?? 30;
        set => _batch.TimeoutSeconds = value;
    }

    /// <inheritdoc cref="IdpCommand.Transaction"/>
    public new IdpTransaction? Transaction { get; set; }

    protected override DbBatchCommandCollection DbBatchCommands => BatchCommands;

    protected override DbConnection? DbConnection
    {
        get => _connection;
        set => _connection = (IdpConnection?)value;
    }

    protected override DbTransaction? DbTransaction
    {
        get => Transaction;
        set => Transaction = (IdpTransaction?)value;
    }

    private IdpConnection Owner => _connection ?? throw new InvalidOperationException("The batch has no connection.");

    public override int ExecuteNonQuery() => Owner.ExecuteNonQueryAsync(async: false, _batch, CancellationToken.None).GetAwaiter().GetResult();

    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) =>
        Owner.ExecuteNonQueryAsync(async: true, _batch, cancellationToken).AsTask();

    public override object? ExecuteScalar() => Owner.ExecuteScalarAsync(async: false, _batch, CancellationToken.None).GetAwaiter().GetResult();

    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) =>
        Owner.ExecuteScalarAsync(async: true, _batch, cancellationToken).AsTask();

    /// <inheritdoc cref="IdpCommand.Prepare"/>
    public override void Prepare() => Owner.PrepareAsync(async: false, _batch, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc cref="IdpCommand.Prepare"/>
    public override Task PrepareAsync(CancellationToken cancellationToken = default) => Owner.PrepareAsync(async: true, _batch, cancellationToken).AsTask();

    public override void Cancel() => _batch.Cancel();

    public override void Dispose()
    {
        _batch.Dispose();
        base.Dispose();
    }

    protected override DbBatchCommand CreateDbBatchCommand() => new NpgsqlBatchCommand();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) =>
        Owner.ExecuteReaderAsync(async: false, _batch, behavior, CancellationToken.None).GetAwaiter().GetResult();

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        await Owner.ExecuteReaderAsync(async: true, _batch, behavior, cancellationToken);
}
