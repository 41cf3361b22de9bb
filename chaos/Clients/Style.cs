namespace Idp.Chaos.Clients;

/// <summary>How a client sends a transaction.</summary>
internal enum Style
{
    /// <summary>One batch, one round trip.</summary>
    Batch,

    /// <summary>BEGIN, each statement in a round trip of its own, COMMIT.</summary>
    Explicit,

    /// <summary>Plain Npgsql inside an entered transaction.</summary>
    Entered,

    /// <summary>Held open before its commit.</summary>
    Long,

    /// <summary>Rolled back on purpose.</summary>
    RolledBack,

    /// <summary>Ends in a statement time-out.</summary>
    TimedOut,

    /// <summary>Cancelled by its caller at some moment.</summary>
    Cancelled,
}
