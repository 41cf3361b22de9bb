namespace Idp.Cli.Development;

/// <summary>What <c>idp chaos</c> can do to a running plane.</summary>
public enum ChaosFault
{
    WorkerKill,
    WorkerStop,
    EngineKill,
    EngineStop,

    /// <summary><c>pg_ctl stop -m immediate</c> of the region that the object leaves, then a start.</summary>
    SourceCrash,

    /// <summary>The same in the region that the object goes to.</summary>
    TargetCrash,
    LinkBlackHole,
    LinkHalfOpen,
    LinkReset,
    DiskFull,
    StatementTimeout,
    Deadlock,

    /// <summary>A client's transaction holds the object while it is to be handed over.</summary>
    LongTransaction,

    /// <summary>A saga terminated by hand.</summary>
    SagaTerminated,
}
