namespace Idp.Client;

/// <summary>What the caller is about to do with an object, and how fresh its data must be.</summary>
/// <remarks>The default value is <see cref="Write"/>. A read enters without the right to write: the store refuses its writes.</remarks>
public readonly record struct Operation
{
    private Operation(bool isRead, ConsistencyLevel consistency, TimeSpan maxStaleness, bool isProven = false)
    {
        IsRead = isRead;
        IsProven = isProven;
        Consistency = consistency;
        MaxStaleness = maxStaleness;
    }

    /// <summary>Reads and writes at the owner.</summary>
    public static Operation Write => default;

    /// <summary>Reads and writes at the owner, and leaves proof: whatever breaks, the unit's outcome can be found out.</summary>
    /// <remarks>
    /// Costs one more row a transaction. An explicit transaction of <see cref="Write"/> is found out too, unless the server
    /// itself has crashed meanwhile; a single statement of it is not, since its only answer was the one that was lost.
    /// </remarks>
    public static Operation ProvenWrite => new(isRead: false, ConsistencyLevel.Strong, TimeSpan.Zero, isProven: true);

    /// <summary>Reads what is newest.</summary>
    public static Operation Read => new(isRead: true, ConsistencyLevel.Strong, TimeSpan.Zero);

    /// <summary>Reads what the caller's session has written, or newer.</summary>
    public static Operation ReadSession => new(isRead: true, ConsistencyLevel.Session, TimeSpan.Zero);

    /// <summary>Reads some past state.</summary>
    public static Operation ReadEventual => new(isRead: true, ConsistencyLevel.Eventual, TimeSpan.MaxValue);

    public bool IsRead { get; }

    public bool IsWrite => !IsRead;

    /// <summary>Whether the store keeps a proof of each commit for an hour.</summary>
    public bool IsProven { get; }

    public ConsistencyLevel Consistency { get; }

    /// <summary>Age of the oldest acceptable state.</summary>
    /// <value>Zero for strong and session, unlimited for eventual.</value>
    public TimeSpan MaxStaleness { get; }

    /// <summary>The fence's word for it.</summary>
    internal string Mode => IsRead ? "read" : "write";

    /// <summary>Reads a state at most this old.</summary>
    public static Operation ReadBounded(TimeSpan maxStaleness)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxStaleness, TimeSpan.Zero);
        return new(isRead: true, ConsistencyLevel.Bounded, maxStaleness);
    }
}
