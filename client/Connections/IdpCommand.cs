using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Idp.Client;

/// <summary>SQL on an <see cref="IdpConnection"/>: the first of a transaction carries the fence in its own round trip.</summary>
/// <remarks>
/// Outside an explicit transaction each execution is a transaction of its own, several statements included. Statements
/// that begin or end transactions (BEGIN, COMMIT, SAVEPOINT) do not belong into the text. Parameters are Npgsql's:
/// positional (<c>$1</c>) or named; only positional ones return output values. Several statements in one text need named
/// parameters or none, and are not prepared.
/// </remarks>
public sealed class IdpCommand : DbCommand
{
    private readonly FencedBatch _batch = new();
    private readonly NpgsqlBatchCommand _statement = new();
    private FencedScript? _script;
    private IdpConnection? _connection;

    internal IdpCommand(IdpConnection connection, IdpTransaction? transaction)
    {
        _connection = connection;
        Transaction = transaction;
        _batch.Commands.Add(_statement);
    }

    [AllowNull]
    public override string CommandText
    {
        get => _statement.CommandText;
#pragma warning disable CA2100 // The text is the application's own.
        set => _statement.CommandText = value ?? string.Empty;
#pragma warning restore CA2100
    }

    /// <summary>Seconds until a statement is cancelled; 0 is never.</summary>
    /// <value>Default: <c>Command Timeout</c> of the region's connection string.</value>
    public override int CommandTimeout
    {
        get => _batch.TimeoutSeconds ?? _connection?.DefaultTimeoutSeconds ?? 30;
        set => _batch.TimeoutSeconds = value;
    }

    public override CommandType CommandType
    {
        get => _statement.CommandType;
        set => _statement.CommandType = value;
    }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; } = UpdateRowSource.Both;

    public new NpgsqlParameterCollection Parameters => _statement.Parameters;

    /// <summary>The transaction is the connection's; this property is kept for callers that set it.</summary>
    public new IdpTransaction? Transaction { get; set; }

    protected override DbConnection? DbConnection
    {
        get => _connection;
        set => _connection = (IdpConnection?)value;
    }

    protected override DbParameterCollection DbParameterCollection => Parameters;

    protected override DbTransaction? DbTransaction
    {
        get => Transaction;
        set => Transaction = (IdpTransaction?)value;
    }

    // Npgsql splits a text itself unless its parameters are positional; a semicolon inside a literal only costs the detour.
    private bool IsScript =>
        CommandType is CommandType.Text
        && CommandText.AsSpan().TrimEnd("; \r\n\t").Contains(';')
        && (Parameters.Count == 0 || Parameters[0].ParameterName.Length > 0);

    /// <summary>Prepares the statement, and the fence with it, on the current connection; the server keeps them while the connection is pooled.</summary>
    public override void Prepare() => PrepareCoreAsync(async: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc cref="Prepare"/>
    public override Task PrepareAsync(CancellationToken cancellationToken = default) => PrepareCoreAsync(async: true, cancellationToken).AsTask();

    public override int ExecuteNonQuery() => Owner.ExecuteNonQueryAsync(async: false, Statements(), CancellationToken.None).GetAwaiter().GetResult();

    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) =>
        Owner.ExecuteNonQueryAsync(async: true, Statements(), cancellationToken).AsTask();

    public override object? ExecuteScalar() => Owner.ExecuteScalarAsync(async: false, Statements(), CancellationToken.None).GetAwaiter().GetResult();

    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) =>
        Owner.ExecuteScalarAsync(async: true, Statements(), cancellationToken).AsTask();

    public override void Cancel()
    {
        _batch.Cancel();
        _script?.Cancel();
    }

    protected override DbParameter CreateDbParameter() => new NpgsqlParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) =>
        Owner.ExecuteReaderAsync(async: false, Statements(), behavior, CancellationToken.None).GetAwaiter().GetResult();

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        await Owner.ExecuteReaderAsync(async: true, Statements(), behavior, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _batch.Dispose();
            _script?.Dispose();
        }

        base.Dispose(disposing);
    }

    private IdpConnection Owner => _connection ?? throw new InvalidOperationException("The command has no connection.");

    private async ValueTask PrepareCoreAsync(bool async, CancellationToken cancellationToken)
    {
        if (!IsScript)
        {
            await Owner.PrepareAsync(async, _batch, cancellationToken);
        }
    }

    private IStatements Statements() => IsScript ? Script() : _batch;

    private FencedScript Script()
    {
        _script?.Dispose();
        return _script = new FencedScript(CommandText, Parameters, _batch.TimeoutSeconds);
    }
}
