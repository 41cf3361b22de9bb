namespace Idp.Cli;

/// <summary>How <c>idp</c> ends; scripts may rely on the numbers.</summary>
public enum ExitCode
{
    Ok = 0,

    /// <summary>Something failed that should not.</summary>
    Failed = 1,

    /// <summary>The command line or the configuration is wrong; nothing was tried.</summary>
    Usage = 2,

    /// <summary>A policy, a rule or a running migration says no; nothing was changed.</summary>
    Refused = 3,

    /// <summary>There is no such object, migration or decision.</summary>
    NotFound = 4,

    /// <summary>The control database or Temporal does not answer; the same command may work later.</summary>
    Unavailable = 5,

    /// <summary>Stopped by Ctrl-C or by SIGTERM.</summary>
    Cancelled = 130,
}
