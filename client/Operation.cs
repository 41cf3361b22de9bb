using System.Security.Cryptography;
using System.Text;
using Idp.Core.Telemetry;

namespace Idp.Client;

/// <summary>What the caller is about to do with an object, and how fresh its data must be.</summary>
/// <remarks>The default value is <see cref="Write"/>. A read enters without the right to write: the store refuses its writes.</remarks>
public readonly record struct Operation
{
    private const int SessionBytes = 8; // Of some billion sessions two share a digest with a chance of a few percent.

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

    /// <summary>The application's name for it; telemetry tells operations apart by it.</summary>
    /// <value>Without <see cref="As"/> <c>read</c> or <c>write</c>.</value>
    public string Name => GivenName ?? Mode;

    private string? GivenName { get; init; }

    /// <summary>Digest of the session; null when nobody said whose it is.</summary>
    internal string? Session { get; private init; }

    /// <summary>The fence's word for it.</summary>
    internal string Mode => IsRead ? "read" : "write";

    /// <summary>The same, named: from how named operations meet, the control plane learns which reads must be strong.</summary>
    /// <param name="name">Of a few hundred at most, for example <c>read_profile</c>; 1 to 100 characters, none of them a control character.</param>
    /// <param name="session">
    /// Who must see their own writes, a signed-in user above all. Only a digest leaves the process. Without it, every unit of work
    /// counts as somebody else's.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty, too long, or has a control character.</exception>
    public Operation As(string name, string? session = null) => OperationEvent.IsName(name)
        ? this with { GivenName = name, Session = session is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(session)).AsSpan(0, SessionBytes)) }
        : throw new ArgumentException($"'{name}' is no name of an operation; expected 1 to {OperationEvent.MaxNameLength} characters, none of them a control character.", nameof(name));

    /// <summary>Reads a state at most this old.</summary>
    public static Operation ReadBounded(TimeSpan maxStaleness)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxStaleness, TimeSpan.Zero);
        return new(isRead: true, ConsistencyLevel.Bounded, maxStaleness);
    }
}
