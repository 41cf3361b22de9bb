using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Arbitration;

/// <summary>When automation stops itself because it swings (DESIGN section 5; research/reliability.md).</summary>
public sealed class BreakerOptions
{
    public const string Section = "Breaker";

    /// <summary>Share of an hour's changes that may be reversals.</summary>
    /// <value>Default 0.2. From 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaxReversalShare { get; set; } = 0.2;

    /// <summary>Changes in an hour below which that share says nothing.</summary>
    /// <value>Default 10. From 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int MinChanges { get; set; } = 10;

    /// <summary>Times in 24 hours that one controller may undo what another has done.</summary>
    /// <value>Default 3. From 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int MaxOppositions { get; set; } = 3;

    /// <summary>How far cost, P99 or the busiest region's share must turn back for it to count as a turn, as a share of its value.</summary>
    /// <value>Default 0.1. From 0.001 to 10.</value>
    [Range(0.001, 10.0)]
    public double TurnBand { get; set; } = 0.1;

    /// <summary>Turns of one of them, each with a change of ours since the last, that are too many.</summary>
    /// <remarks>Catches small fleets, whose few changes no share judges.</remarks>
    /// <value>Default 4. From 2 to 1,000.</value>
    [Range(2, 1_000)]
    public int MaxTurns { get; set; } = 4;

    /// <summary>How far back turns count.</summary>
    /// <value>Default 6 hours. From 10 minutes to 7 days.</value>
    [Range(typeof(TimeSpan), "00:10:00", "7.00:00:00")]
    public TimeSpan TurnWindow { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How long it stays open before one change is tried, and how long that must hold.</summary>
    /// <value>Default 30 minutes. From 1 minute to 7 days.</value>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan OpenFor { get; set; } = TimeSpan.FromMinutes(30);
}
