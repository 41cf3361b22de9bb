using System.Collections.Immutable;

namespace Idp.Embedded;

/// <summary>What to run, and how it ends.</summary>
/// <remarks>Command lines are visible to every user of the machine: no secrets in <see cref="Arguments"/>.</remarks>
public sealed class ChildProcessOptions
{
    /// <value>An absolute path, or a name looked up on PATH.</value>
    public required string Program { get; init; }

    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <value>Default: the folder of this process.</value>
    public string? WorkingFolder { get; init; }

    /// <summary>Added to our own environment; a null value removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } =
        ImmutableDictionary<string, string?>.Empty;

    /// <summary>The user to run as. Needs root and <c>setpriv</c> (util-linux).</summary>
    /// <value>Default: the user of this process.</value>
    public string? RunAs { get; init; }

    /// <summary>Asks the program to end: sent by <see cref="ChildProcess.StopAsync"/>, and by the watchdog when we die.</summary>
    /// <remarks>Shells start background programs with SIGINT ignored: choose it only for programs that handle it themselves.</remarks>
    public UnixSignal StopSignal { get; init; } = UnixSignal.Terminate;

    /// <summary>Time between <see cref="StopSignal"/> and KILL.</summary>
    /// <value>Default 10 s; the watchdog counts in whole seconds, at least 1.</value>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Receives each line of stdout and stderr, in order, on a thread of its own.</summary>
    public Action<string>? OnLine { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
