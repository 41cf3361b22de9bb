using System.Data.Common;
using Npgsql;

namespace Idp.Client;

/// <summary>The objects that each transaction of one connection enters, in the order that keeps transactions from deadlocks.</summary>
internal sealed class Fence(RouteBook routes, RegionId region, TimeProvider clock)
{
    public const string ProofSql = "SELECT idp.prove($1)";
    public const string StampSql = "SELECT pg_current_xact_id(), pg_postmaster_start_time(), now()";

    private readonly List<FenceEntry> _entries = [];
    private readonly NpgsqlParameter<Guid> _token = new();
    private readonly NpgsqlBatchCommand _stamping = new(StampSql);
    private NpgsqlBatchCommand? _proof;
    private bool _stamps;

    public RegionId Region { get; } = region;

    public IReadOnlyList<FenceEntry> Entries => _entries;

    /// <summary>What runs before a transaction's first statement: each entry, then what lets its outcome be found out.</summary>
    public IEnumerable<NpgsqlBatchCommand> Commands
    {
        get
        {
            foreach (var entry in _entries)
            {
                yield return entry.Command;
            }

            if (_stamps)
            {
                yield return _stamping;
            }

            if (_proof is not null)
            {
                yield return _proof;
            }
        }
    }

    /// <summary>Results that <see cref="Commands"/> have; <see cref="ReadAnswerAsync"/> reads them.</summary>
    public int AnswerCount => _entries.Count + (_stamps ? 1 : 0) + (_proof is null ? 0 : 1);

    /// <summary>Whether the transaction's number is asked for: a COMMIT of its own follows, whose answer may be lost alone.</summary>
    public bool Stamps => _stamps;

    /// <summary>The token that is committed with the transaction; null when no operation asks for proof.</summary>
    public Guid? Token => _proof is null ? null : _token.TypedValue;

    /// <summary>The write transaction that has entered last; null before, and when it only reads.</summary>
    public UnitStamp? Stamp { get; private set; }

    /// <summary>Whether a transaction that passed the fence may write at all.</summary>
    public bool MayWrite => _entries.Exists(entry => entry.Operation.IsWrite);

    public void Add(FenceEntry entry)
    {
        var index = _entries.FindIndex(other => Compare(entry.Object, other.Object) < 0);
        _entries.Insert(index < 0 ? _entries.Count : index, entry);
        if (entry.Operation.IsProven)
        {
            _proof ??= new NpgsqlBatchCommand(ProofSql) { Parameters = { _token } };
        }
    }

    /// <summary>Before a transaction: a token of its own, and the epochs learned since the last one. What has left the region keeps its old epoch, so the store refuses it.</summary>
    public void Refresh(bool isExplicit)
    {
        Stamp = null;
        _stamps = isExplicit && MayWrite;
        _token.TypedValue = _proof is null ? default : Guid.CreateVersion7(clock.GetUtcNow());
        foreach (var entry in _entries)
        {
            if (routes.Snapshot.TryFind(entry.Object, out var route) && route.Region == Region)
            {
                entry.SetRoute(route);
            }
        }
    }

    /// <summary>Reads one answer, and leaves the reader at it.</summary>
    public async ValueTask ReadAnswerAsync(bool async, int index, DbDataReader reader, CancellationToken cancellationToken)
    {
        _ = async ? await reader.ReadAsync(cancellationToken) : reader.Read();
        if (index < _entries.Count)
        {
            _entries[index].AnsweredEpoch = reader.GetInt64(0);
        }
        else if (_stamps && index == _entries.Count)
        {
            Stamp = new UnitStamp(reader.GetFieldValue<ulong>(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2));
        }
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
