using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Idp.Client;

/// <summary>A connection to the region where one object lives.</summary>
/// <remarks>
/// Each transaction enters the object through the store's fence, in the round trip of its first statement. When the
/// fence refuses, an <see cref="IdpRoutingException"/> or <see cref="IdpFrozenException"/> says so after the local route
/// is corrected; nothing was done then. <see cref="IdpDataSource.ExecuteAsync"/> runs the unit of work again by itself.
/// Errors of the statements are Npgsql's own, except writes to rows of an object that was not entered (ID004).
/// </remarks>
public sealed partial class IdpConnection : DbConnection
{
    private readonly IdpDataSource _source;
    private NpgsqlConnection? _inner;
    private Fence? _fence;
    private IdpTransaction? _transaction;
    private bool _isEntered;

    internal IdpConnection(IdpDataSource source, ObjectId id, Operation operation)
    {
        _source = source;
        Object = id;
        Operation = operation;
    }

    /// <summary>The object that every transaction enters.</summary>
    public ObjectId Object { get; }

    public Operation Operation { get; }

    /// <summary>Where the connection leads.</summary>
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    public RegionId Region => Store.Region;

    /// <summary>The connection underneath, for what only Npgsql offers. It does not enter by itself; see <see cref="IdpDataSource.OpenEnteredAsync"/>.</summary>
    /// <remarks>Use it inside a transaction of this connection: what it commits by itself, nobody knows of, and the unit of work may run again.</remarks>
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    public NpgsqlConnection Inner => _inner ?? throw new InvalidOperationException($"The connection to '{Object}' is closed.");

    /// <summary>The application's connection string of the region, without its password.</summary>
    [AllowNull]
    public override string ConnectionString
    {
        get => _inner?.ConnectionString ?? string.Empty;
        set => throw new NotSupportedException("The route chooses the connection string; IdpDataSourceBuilder.AddRegion sets it.");
    }

    public override string Database => _inner?.Database ?? string.Empty;

    public override string DataSource => _inner?.DataSource ?? string.Empty;

    public override string ServerVersion => Inner.ServerVersion;

    public override ConnectionState State => _inner?.State ?? ConnectionState.Closed;

    public override bool CanCreateBatch => true;

    internal int? DefaultTimeoutSeconds => _inner?.CommandTimeout;

    internal bool IsBroken => _inner is not null && !_inner.FullState.HasFlag(ConnectionState.Open);

    private Fence Store => _fence ?? throw new InvalidOperationException($"The connection to '{Object}' is closed.");

    /// <summary>Makes every transaction from now on enter another object too, without a further round trip; at most 16 a transaction.</summary>
    /// <exception cref="IdpException">The object lives in another region: one transaction stays in one region.</exception>
    /// <exception cref="InvalidOperationException">A transaction has already entered, or the connection is closed.</exception>
    public void Enlist(DatasetId dataset, string key, Operation operation = default)
    {
        if (_isEntered)
        {
            throw new InvalidOperationException("Enlist objects before the first statement of a transaction.");
        }

        var id = new ObjectId(dataset, key);
        var route = _source.Routes.Find(id);
        if (route.Region != Region)
        {
            throw new IdpException(id, $"'{id}' is in {route.Region}, '{Object}' in {Region}; a transaction stays in one region.") { IsApart = true };
        }

        Store.Add(new FenceEntry(id, operation, route));
    }

    public override void Open() => OpenCoreAsync(async: false, CancellationToken.None).GetAwaiter().GetResult();

    public override Task OpenAsync(CancellationToken cancellationToken) => OpenCoreAsync(async: true, cancellationToken).AsTask();

    public override void Close() => CloseCoreAsync(async: false).GetAwaiter().GetResult();

    public override Task CloseAsync() => CloseCoreAsync(async: true).AsTask();

    public override async ValueTask DisposeAsync()
    {
        await CloseCoreAsync(async: true);
        await base.DisposeAsync();
    }

    public override void ChangeDatabase(string databaseName) =>
        throw new NotSupportedException("The route chooses the database.");

    public new IdpCommand CreateCommand() => new(this, _transaction);

    public new IdpBatch CreateBatch() => new(this, _transaction);

    /// <summary>Begins a transaction without a round trip: BEGIN and the fence travel with its first statement.</summary>
    public new ValueTask<IdpTransaction> BeginTransactionAsync(CancellationToken cancellationToken = default) =>
        BeginTransactionAsync(IsolationLevel.Unspecified, cancellationToken);

    /// <inheritdoc cref="BeginTransactionAsync(CancellationToken)"/>
    public new async ValueTask<IdpTransaction> BeginTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken = default) =>
        Begun(await Inner.BeginTransactionAsync(isolationLevel, cancellationToken));

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => Begun(Inner.BeginTransaction(isolationLevel));

    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        await BeginTransactionAsync(isolationLevel, cancellationToken);

    protected override DbCommand CreateDbCommand() => CreateCommand();

    protected override DbBatch CreateDbBatch() => CreateBatch();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
        }

        base.Dispose(disposing);
    }

    private IdpTransaction Begun(NpgsqlTransaction transaction)
    {
        BeginUnit();
        return _transaction = new IdpTransaction(this, transaction);
    }

    private async ValueTask OpenCoreAsync(bool async, CancellationToken cancellationToken)
    {
        if (_inner is not null)
        {
            throw new InvalidOperationException($"The connection to '{Object}' is open already.");
        }

        var route = _source.Routes.Find(Object);
        var inner = _source.StoreOf(Object, route.Region).CreateConnection();
        var wasOpened = false;
        try
        {
            if (async)
            {
                await inner.OpenAsync(cancellationToken);
            }
            else
            {
                inner.Open();
            }

            wasOpened = true;
        }
        finally
        {
            if (!wasOpened)
            {
                await inner.DisposeAsync();
            }
        }

        _inner = inner;
        _fence = new Fence(_source.Routes, route.Region, _source.Clock);
        _fence.Add(new FenceEntry(Object, Operation, route));
        OnStateChange(new StateChangeEventArgs(ConnectionState.Closed, ConnectionState.Open));
    }

    private async ValueTask CloseCoreAsync(bool async)
    {
        if (_inner is not { } inner)
        {
            return;
        }

        // Npgsql rolls an open transaction back when its connection returns to the pool.
        (_inner, _fence, _transaction, _isEntered) = (null, null, null, false);
        AbandonUnit();
        if (async)
        {
            await inner.DisposeAsync();
        }
        else
        {
            inner.Dispose();
        }

        OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
    }
}
