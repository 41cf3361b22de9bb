using Idp.Core.Arbitration;
using Idp.Core.Controllers.Placement;

namespace Idp.Simulation.Loop;

/// <summary>How the simulated control plane runs; all times are trace time.</summary>
public sealed record LoopOptions
{
    public PlacementOptions Placement { get; init; } = new();

    public ArbiterOptions Arbiter { get; init; } = new();

    /// <summary>Time between two runs of the loop.</summary>
    /// <value>Default 2 s of a 180 s demo over 91 days: about one day.</value>
    public TimeSpan Interval { get; init; } = TimeSpan.FromDays(91) * 2 / 180;

    /// <summary>From a decision until the object answers in its new region.</summary>
    /// <value>Default as long as a loop: 2 s of the demo.</value>
    public TimeSpan MoveDuration { get; init; } = TimeSpan.FromDays(91) * 2 / 180;

    /// <summary>Reads that follow the one write of an access.</summary>
    public int ReadsPerWrite { get; init; } = 9;

    /// <summary>Size of every object.</summary>
    /// <value>Default 64 KiB: 50 rows of about a kilobyte, with their indexes.</value>
    public long ObjectBytes { get; init; } = 64 * 1_024;
}
