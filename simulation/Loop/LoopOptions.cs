using Idp.Core.Arbitration;
using Idp.Core.Controllers.Placement;

namespace Idp.Simulation.Loop;

/// <summary>How the simulated control plane runs; all times are trace time.</summary>
public sealed record LoopOptions
{
    /// <value>Default: the product's own defaults.</value>
    public PlacementOptions Placement { get; init; } = new();

    public ArbiterOptions Arbiter { get; init; } = new();

    /// <summary>Time between two runs of the loop.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>From a decision until the object answers in its new region.</summary>
    public required TimeSpan MoveDuration { get; init; }

    /// <summary>Reads that follow the one write of an access.</summary>
    public int ReadsPerWrite { get; init; } = 9;

    /// <summary>Size of every object.</summary>
    /// <value>Default 64 KiB: 50 rows of about a kilobyte, with their indexes.</value>
    public long ObjectBytes { get; init; } = 64 * 1_024;

    /// <summary>The demo's loop: a window passes in 180 s, the loop runs every 2 s and a move takes 2 s.</summary>
    /// <remarks>
    /// Two options differ from the product's defaults. A loop of the demo is a day of its trace, so one run that a region wins
    /// is already far longer evidence than the three urgent loops (three minutes) that <see cref="PlacementOptions.HoldLoops"/>
    /// asks for by default; and a burst spans two loops.
    /// </remarks>
    /// <param name="window">Default three months, of which 2 s are about a day.</param>
    public static LoopOptions ForDemo(TimeSpan? window = null)
    {
        var twoSeconds = (window ?? TimeSpan.FromDays(91)) * 2 / 180;
        return new LoopOptions
        {
            Placement = new PlacementOptions { HoldLoops = 1, Burst = TimeSpan.FromHours(36) },
            Interval = twoSeconds,
            MoveDuration = twoSeconds,
        };
    }
}
