using Npgsql;

namespace Idp.Client;

/// <summary>One object that a connection's transactions enter, and the command that does it.</summary>
internal sealed class FenceEntry
{
    public const string Sql = "SELECT idp.enter($1, $2, $3, $4)";

    private readonly NpgsqlParameter<long> _epoch = new();

    public FenceEntry(ObjectId id, Operation operation, Route route)
    {
        Object = id;
        Operation = operation;
        Route = route;
        Command = new NpgsqlBatchCommand(Sql)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = id.Dataset.Value },
                new NpgsqlParameter<string> { TypedValue = id.Key },
                _epoch,
                new NpgsqlParameter<string> { TypedValue = operation.Mode },
            },
        };
        SetRoute(route);
    }

    public ObjectId Object { get; }

    public Operation Operation { get; }

    /// <summary>Shown to the store last, or next.</summary>
    public Route Route { get; private set; }

    /// <summary>The owner epoch that the store answered last; 0 when the object is not born.</summary>
    public long AnsweredEpoch { get; set; }

    public NpgsqlBatchCommand Command { get; }

    public void SetRoute(Route route)
    {
        Route = route;
        _epoch.TypedValue = route.OwnerEpoch;
    }
}
