using Idp.Cli.Local;
using Idp.Simulation.Traces;

namespace Idp.Cli.Demo;

/// <summary>What one run of the demo replays, and how.</summary>
public sealed record DemoOptions
{
    /// <summary>Where databases, engine and ledger lie; kept for the next run.</summary>
    public required string Folder { get; init; }

    /// <summary>A CSV trace, plain or gzip; null for the sample.</summary>
    public string? TraceFile { get; init; }

    public TraceWindow Window { get; init; } = TraceWindow.Default;

    public PlacementKey Key { get; init; } = PlacementKey.User;

    /// <summary>Real time in which the window passes.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>Reads that follow the one write of each access.</summary>
    public int Reads { get; init; } = 9;

    public int RowsPerObject { get; init; } = 50;

    /// <summary>Real time between two turns of the urgent loop.</summary>
    public TimeSpan Loop { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Divides the loops' periods; null for as much faster as the trace passes.</summary>
    public double? TimeScale { get; init; }

    public string? TemporalCli { get; init; }

    public EngineChoice Engine { get; init; }

    /// <summary>Begin anew even when an earlier run was interrupted.</summary>
    public bool Fresh { get; init; }

    public bool Json { get; init; }

    public int Seed { get; init; } = 1;
}
