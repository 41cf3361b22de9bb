namespace Idp.Embedded;

/// <summary>How a cluster ends.</summary>
public enum PostgresStopMode
{
    /// <summary>Ends sessions, rolls their transactions back and writes a checkpoint.</summary>
    Fast,

    /// <summary>Ends at once, as a crash would; the next start recovers from the log.</summary>
    Immediate,
}
