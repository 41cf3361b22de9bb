namespace Idp.Client;

/// <summary>Holds the current routes; readers never wait, and never see half a change.</summary>
internal sealed class RouteBook
{
    private RoutingSnapshot _snapshot = RoutingSnapshot.Empty;

    /// <summary>Called after each change, on the thread that made it.</summary>
    public Action? Changed { get; set; }

    public RoutingSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <exception cref="IdpException">The object's dataset is unknown.</exception>
    public Route Find(ObjectId id) => Snapshot.TryFind(id, out var route)
        ? route
        : throw new IdpException(
            id,
            $"Dataset '{id.Dataset}' is not in routing table version {Snapshot.Table.Version}; adopt it (idp dataset adopt), or wait for the first routes.");

    public void Apply(RoutingDocument document) => Change(snapshot => snapshot.Apply(document));

    /// <inheritdoc cref="RoutingSnapshot.Follow"/>
    public void Follow(RoutingDocument whole) => Change(snapshot => snapshot.Follow(whole));

    /// <returns>Whether this was news.</returns>
    public bool Learn(ObjectId id, Route asked, Route told) => Change(snapshot => snapshot.Learn(id, asked, told));

    private bool Change(Func<RoutingSnapshot, RoutingSnapshot> change)
    {
        while (true)
        {
            var before = Snapshot;
            var after = change(before);
            if (ReferenceEquals(before, after))
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _snapshot, after, before) == before)
            {
                Changed?.Invoke();
                return true;
            }
        }
    }
}
