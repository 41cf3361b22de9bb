using System.Collections.Immutable;

namespace Idp.Cli.Development;

/// <summary>One run of <c>idp chaos movement</c>; travels as JSON to the process that runs it.</summary>
public sealed record ChaosSettings
{
    /// <summary>How long clients, moves and faults go on; start and final check come on top.</summary>
    public double Minutes { get; init; } = 3;

    /// <summary>Gives the plan of faults and each client's sequence of operations.</summary>
    public int Seed { get; init; } = 1;

    public int Objects { get; init; } = 36;

    /// <summary>In all regions together.</summary>
    public int Clients { get; init; } = 24;

    /// <summary>Rows of ballast of each object; every ninth has twenty times as many.</summary>
    public int Rows { get; init; } = 200;

    /// <summary>Migrations that are open at once.</summary>
    public int Moves { get; init; } = 12;

    /// <summary>Workers that run at once.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Seconds from one fault to the next, on average.</summary>
    public double FaultEvery { get; init; } = 3;

    /// <summary>Only these; empty for all.</summary>
    public ImmutableArray<ChaosFault> Only { get; init; } = [];

    public bool NoFaults { get; init; }

    public ChaosPlant Plant { get; init; }

    /// <summary>Where everything lies, kept afterwards; null for a temporary folder.</summary>
    public string? Folder { get; init; }

    public bool Json { get; init; }

    /// <summary>Ends when its input ends, so that it never outlives who started it.</summary>
    public bool EndsWithInput { get; init; }
}
