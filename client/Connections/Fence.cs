using System.Data.Common;

namespace Idp.Client;

/// <summary>The objects that each transaction of one connection enters, in the order that keeps transactions from deadlocks.</summary>
internal sealed class Fence(RouteBook routes, RegionId region)
{
    private readonly List<FenceEntry> _entries = [];

    public RegionId Region { get; } = region;

    public IReadOnlyList<FenceEntry> Entries => _entries;

    /// <summary>Whether a transaction that passed the fence may write at all.</summary>
    public bool MayWrite => _entries.Exists(entry => entry.Operation.IsWrite);

    public void Add(FenceEntry entry)
    {
        var index = _entries.FindIndex(other => Compare(entry.Object, other.Object) < 0);
        _entries.Insert(index < 0 ? _entries.Count : index, entry);
    }

    /// <summary>Takes over epochs learned since the last transaction. What has left the region keeps its old epoch, so the store refuses it.</summary>
    public void Refresh()
    {
        foreach (var entry in _entries)
        {
            if (routes.Snapshot.TryFind(entry.Object, out var route) && route.Region == Region)
            {
                entry.SetRoute(route);
            }
        }
    }

    /// <summary>Reads one entry's answer, and goes on to the next result.</summary>
    public async ValueTask ReadAnswerAsync(bool async, int index, DbDataReader reader, CancellationToken cancellationToken)
    {
        _ = async ? await reader.ReadAsync(cancellationToken) : reader.Read();
        _entries[index].AnsweredEpoch = reader.GetInt64(0);
        _ = async ? await reader.NextResultAsync(cancellationToken) : reader.NextResult();
    }

    /// <summary>Remembers births, once they are committed.</summary>
    public void LearnBirths()
    {
        foreach (var entry in _entries)
        {
            if (entry.Route.OwnerEpoch == 0 && entry.AnsweredEpoch > 0)
            {
                routes.Learn(entry.Object, entry.Route, new Route(Region, entry.AnsweredEpoch));
            }
        }
    }

    private static int Compare(ObjectId left, ObjectId right)
    {
        var byDataset = string.CompareOrdinal(left.Dataset.Value, right.Dataset.Value);
        return byDataset != 0 ? byDataset : string.CompareOrdinal(left.Key, right.Key);
    }
}
