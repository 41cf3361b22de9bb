using System.Collections.Frozen;
using System.Data;
using Idp.Core.Telemetry;
using Npgsql;

namespace Idp.Client;

/// <summary>Opens connections to the region where an object lives. One for a process; thread-safe.</summary>
/// <remarks>Needs the stores only: routes come from memory, and a store that an object has left names its new place.</remarks>
public sealed class IdpDataSource : IAsyncDisposable
{
    private readonly FrozenDictionary<RegionId, NpgsqlDataSource> _stores;
    private readonly NpgsqlDataSource[] _ownedStores;
    private readonly ClientInstruments _instruments;
    private readonly ControlPlaneClient? _controlPlane;
    private readonly RouteKeeper _keeper;
    private readonly RetryOptions _retry;
    private readonly Jitter _jitter;
    private readonly TelemetrySender? _sender;
    private readonly UnitOfWork _units;
    private bool _isDisposed;

    internal IdpDataSource(IdpDataSourceBuilder builder, IReadOnlyDictionary<RegionId, (NpgsqlDataSource Store, bool IsOwned)> stores)
    {
        CallerRegion = builder.CallerRegion;
        _stores = stores.ToFrozenDictionary(store => store.Key, store => store.Value.Store);
        _ownedStores = [.. stores.Values.Where(store => store.IsOwned).Select(store => store.Store)];
        _instruments = new ClientInstruments(builder.MeterFactory, builder.LoggerFactory);
        _controlPlane = builder.Routing.ControlPlane is { } address ? new ControlPlaneClient(address, builder.Routing.Token) : null;
        _retry = builder.Retry;
        _jitter = new Jitter(builder.Random);
        Clock = builder.TimeProvider;
        _units = new UnitOfWork(this, _retry, Clock, _jitter, _instruments);

        Func<TelemetryBatch, CancellationToken, Task>? deliver = builder.Telemetry.Deliver ?? (_controlPlane is null ? null : _controlPlane.SendAsync);
        if (deliver is not null)
        {
            Recorder = new TelemetryRecorder(builder.Telemetry.Clock ?? builder.TimeProvider, builder.Telemetry.MaxPendingRows, builder.Telemetry.MaxOperations, _instruments);
            _sender = new TelemetrySender(Recorder, CallerRegion, deliver, builder.Telemetry, builder.TimeProvider, _instruments);
        }

        _keeper = new RouteKeeper(Routes, _controlPlane, builder.Routing, builder.TimeProvider, _jitter, _instruments);
    }

    public RegionId CallerRegion { get; }

    /// <summary>Version of the control plane's routes in use; 0 until there are any.</summary>
    public long RoutingVersion => Routes.Snapshot.Table.Version;

    internal RouteBook Routes { get; } = new();

    internal TimeProvider Clock { get; }

    internal TelemetryRecorder? Recorder { get; }

    /// <summary>Where the object is thought to be. Under a microsecond, without allocation or waiting.</summary>
    /// <exception cref="IdpException">The object's dataset is unknown.</exception>
    public Route FindRoute(ObjectId id) => Routes.Find(id);

    /// <summary>Takes over routes from elsewhere than the control plane. An older version changes nothing.</summary>
    public void ApplyRoutes(RoutingDocument document) => Routes.Apply(document);

    /// <summary>Ends when there are routes, from disk or from the control plane. Only the very first start of a process has to wait.</summary>
    public Task WaitForRoutesAsync(CancellationToken cancellationToken) => _keeper.HasRoutes.WaitAsync(cancellationToken);

    /// <summary>Opens a connection to the object's region. The route comes from memory; a pooled connection costs no round trip.</summary>
    /// <param name="operation">Default <see cref="Operation.Write"/>. There are no replicas yet, so the owner serves every consistency.</param>
    /// <exception cref="IdpException">The object's dataset is unknown, or its region has no connection string.</exception>
    /// <exception cref="NpgsqlException">The store cannot be reached.</exception>
    public async ValueTask<IdpConnection> OpenConnectionAsync(
        DatasetId dataset, string key, Operation operation = default, CancellationToken cancellationToken = default)
    {
        var connection = new IdpConnection(this, new ObjectId(dataset, key), operation);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>A closed connection, for code that opens it itself; opening routes it.</summary>
    public IdpConnection CreateConnection(DatasetId dataset, string key, Operation operation = default) =>
        new(this, new ObjectId(dataset, key), operation);

    /// <summary>Runs a whole unit of work, and runs it again where that is safe.</summary>
    /// <remarks>
    /// <para>Each run gets a fresh connection. The unit is run again, after a delay with jitter, when</para>
    /// <list type="bullet">
    /// <item>the object is elsewhere or has another epoch (ID001, ID002): at once, at the new place;</item>
    /// <item>the object is being handed over (ID003); an abandoned hand-over is thawed first;</item>
    /// <item>the database chose it as a victim (40001, 40P01);</item>
    /// <item>the connection failed, or could not be opened.</item>
    /// </list>
    /// <para>It is <b>not</b> run again once any of its write transactions has committed: an explicit
    /// transaction when its commit was sent, a single write command when it was sent, unless the store refused it.
    /// A write command whose rows are read (RETURNING) counts as committed once its reader was handed out. When the answer
    /// to a COMMIT is lost, the store is asked how the transaction ended: a commit counts as one, anything else is run
    /// again. What cannot be found out, a single write command without <see cref="Operation.ProvenWrite"/> above all,
    /// surfaces as <see cref="IdpOutcomeUnknownException"/>. Reads are always safe to run again. Put several writes that
    /// belong together into one transaction or batch.</para>
    /// <para>Time-outs, cancellation and all other errors reach the caller as they are; so does the last failure when
    /// <see cref="RetryOptions"/> are exhausted.</para>
    /// </remarks>
    /// <param name="work">May run several times: its effects outside the database should bear that.</param>
    public Task<T> ExecuteAsync<T>(
        DatasetId dataset,
        string key,
        Operation operation,
        Func<IdpConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken) =>
        _units.ExecuteAsync(new ObjectId(dataset, key), operation, work, cancellationToken);

    /// <inheritdoc cref="ExecuteAsync{T}"/>
    public Task ExecuteAsync(
        DatasetId dataset,
        string key,
        Operation operation,
        Func<IdpConnection, CancellationToken, Task> work,
        CancellationToken cancellationToken) =>
        ExecuteAsync(
            dataset,
            key,
            operation,
            async (connection, token) =>
            {
                await work(connection, token);
                return true;
            },
            cancellationToken);

    /// <summary>Opens a plain Npgsql connection inside a transaction that has entered the object; one round trip more than <see cref="OpenConnectionAsync"/>.</summary>
    /// <remarks>Follows a moved or frozen object like <see cref="ExecuteAsync{T}"/>, since entering is all that is repeated.</remarks>
    public Task<IdpEntered> OpenEnteredAsync(
        DatasetId dataset, string key, Operation operation = default, IsolationLevel isolationLevel = IsolationLevel.Unspecified, CancellationToken cancellationToken = default) =>
        _units.EnterAsync(new ObjectId(dataset, key), operation, isolationLevel, cancellationToken);

    /// <summary>Opens a pooled connection to each region, all at once, so that no first user waits for it.</summary>
    /// <param name="regions">Null: all.</param>
    /// <exception cref="ArgumentException">A region has no connection string.</exception>
    /// <exception cref="NpgsqlException">A store cannot be reached; the others are warm all the same.</exception>
    public Task WarmUpAsync(IEnumerable<RegionId>? regions = null, CancellationToken cancellationToken = default) =>
        Task.WhenAll((regions ?? _stores.Keys).Select(async region =>
        {
            await using var connection = await StoreIn(region).OpenConnectionAsync(cancellationToken);
        }));

    /// <summary>Delivers the last telemetry, saves the routes, and closes the pools that this made.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _keeper.DisposeAsync();
        if (_sender is not null)
        {
            await _sender.DisposeAsync();
        }

        foreach (var store in _ownedStores)
        {
            await store.DisposeAsync();
        }

        _controlPlane?.Dispose();
        _instruments.Dispose();
    }

    /// <exception cref="IdpException">The region has no connection string.</exception>
    internal NpgsqlDataSource StoreOf(ObjectId id, RegionId region) => _stores.TryGetValue(region, out var store)
        ? store
        : throw new IdpException(id, $"'{id}' is in region '{region}', which has no connection string; known: {string.Join(", ", _stores.Keys)}.");

    internal CommitProbe ProbeOf(ObjectId id, RegionId region) => new(StoreOf(id, region), _retry, Clock, _jitter);

    internal void Heal(ObjectId id, Route asked, Route told)
    {
        if (Routes.Learn(id, asked, told))
        {
            _instruments.Healed(told.Region);
        }
    }

    private NpgsqlDataSource StoreIn(RegionId region) => _stores.TryGetValue(region, out var store)
        ? store
        : throw new ArgumentException($"Region '{region}' has no connection string; known: {string.Join(", ", _stores.Keys)}.");
}
