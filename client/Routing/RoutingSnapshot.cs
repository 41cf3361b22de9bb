using System.Collections.Immutable;

namespace Idp.Client;

/// <summary>What this process knows of all objects' places at one moment.</summary>
/// <param name="Table">The control plane's last word.</param>
/// <param name="Learned">What stores have said since; wins over the table.</param>
internal sealed record RoutingSnapshot(RoutingTable Table, ImmutableDictionary<ObjectId, Route> Learned)
{
    public static RoutingSnapshot Empty { get; } = new(RoutingTable.Empty, ImmutableDictionary<ObjectId, Route>.Empty);

    /// <returns>False when the object's dataset is unknown.</returns>
    public bool TryFind(ObjectId id, out Route route)
    {
        if (!Learned.IsEmpty && Learned.TryGetValue(id, out route))
        {
            return true;
        }

        if (Table.Routes.TryGetValue(id, out route))
        {
            return true;
        }

        var known = Table.BirthRegions.TryGetValue(id.Dataset, out var birth);
        route = known ? new Route(birth, OwnerEpoch: 0) : default;
        return known;
    }

    public RoutingSnapshot Apply(RoutingDocument document)
    {
        var table = document.ApplyTo(Table);
        if (ReferenceEquals(table, Table))
        {
            return this;
        }

        return new RoutingSnapshot(table, Learned.RemoveRange(Learned
            .Where(learned => table.Routes.TryGetValue(learned.Key, out var route) && route.OwnerEpoch >= learned.Value.OwnerEpoch)
            .Select(learned => learned.Key)));
    }

    /// <summary>Takes over the control plane's whole table, also an older one: the plane was restored, or the routes in use are another's.</summary>
    /// <remarks>What is known with a newer epoch stays, as if a store had said it.</remarks>
    public RoutingSnapshot Follow(RoutingDocument whole)
    {
        var table = whole.ApplyTo(RoutingTable.Empty);
        return whole.Version >= Table.Version || table.Version == 0
            ? Apply(whole)
            : new RoutingSnapshot(table, ImmutableDictionary<ObjectId, Route>.Empty.SetItems(Table.Routes.Concat(Learned)
                .Where(known => table.BirthRegions.ContainsKey(known.Key.Dataset)
                    && !(table.Routes.TryGetValue(known.Key, out var route) && route.OwnerEpoch >= known.Value.OwnerEpoch))));
    }

    /// <summary>Takes over what a store said when it refused, or opened, an object.</summary>
    /// <param name="asked">The route that was tried.</param>
    /// <param name="told">The newer epoch wins, unless <paramref name="asked"/> is what is known: then that was wrong.</param>
    public RoutingSnapshot Learn(ObjectId id, Route asked, Route told)
    {
        if (!TryFind(id, out var known) || known == told || (known != asked && known.OwnerEpoch >= told.OwnerEpoch))
        {
            return this;
        }

        return this with { Learned = Learned.SetItem(id, told) };
    }

    /// <returns>Everything, as it is kept on disk.</returns>
    public RoutingDocument ToDocument() => new(
        Table.Version,
        IsComplete: true,
        [
            .. Table.Routes.Where(route => !Learned.ContainsKey(route.Key)).Concat(Learned)
                .Select(route => new RoutingEntry(route.Key, route.Value.Region, route.Value.OwnerEpoch)),
        ],
        [.. Table.BirthRegions.Select(birth => new BirthRegion(birth.Key, birth.Value))]);
}
