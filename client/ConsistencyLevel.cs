namespace Idp.Client;

/// <summary>How fresh an operation's data must be.</summary>
/// <remarks>There are no replicas yet: the owner serves every level, so each is as fresh as <see cref="Strong"/>.</remarks>
public enum ConsistencyLevel
{
    /// <summary>Sees every write that was acknowledged before it began.</summary>
    Strong,

    /// <summary>Sees every write older than a limit.</summary>
    Bounded,

    /// <summary>Sees its own session's writes (<c>read_your_writes</c> of an intent).</summary>
    Session,

    /// <summary>Sees some past state.</summary>
    Eventual,
}
