using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Planning;

/// <summary>When a plan may change where an object is (docs/decisions/0022; trials in research/feasibility.md section 2).</summary>
public sealed class PlannerOptions
{
    public const string Section = "Planning";

    /// <summary>Share of the plan's cost over its window that a plan which begins with a copy must save against staying put.</summary>
    /// <remarks>Copies of small objects cost next to nothing, so asking that they repay themselves would hold nothing back.</remarks>
    /// <value>Default 0.05. From 0 to 0.9.</value>
    [Range(0.0, 0.9)]
    public double MinGain { get; set; } = 0.05;

    /// <summary>Share of a mean hour's cost that handing over now must save against waiting another hour.</summary>
    /// <remarks>Hand-overs copy nothing and are taken back as easily; asking 5 % of a week for each cost 7 % in trials.</remarks>
    /// <value>Default 0.1. From 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double MinHandOverGain { get; set; } = 0.1;

    /// <summary>Most copies of one object in 24 hours.</summary>
    /// <value>Default 4. From 1 to 100.</value>
    [Range(1, 100)]
    public int MaxCopiesPerDay { get; set; } = 4;

    /// <summary>Most hand-overs of an object's primary in 24 hours. A day around the world needs about three.</summary>
    /// <value>Default 6. From 1 to 100.</value>
    [Range(1, 100)]
    public int MaxHandOversPerDay { get; set; } = 6;

    /// <summary>How far from the planned hour a return still counts as foreseen.</summary>
    /// <value>Default 3 hours. From 0 to 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ReturnTolerance { get; set; } = TimeSpan.FromHours(3);

    /// <summary>Half-life of what following each view of the future has cost.</summary>
    /// <value>Default 72 hours, as for the errors of forecasts. From 1 hour to 30 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "30.00:00:00")]
    public TimeSpan LedgerHalfLife { get; set; } = TimeSpan.FromHours(72);

    /// <summary>Views weigh 1 ÷ that cost to this power: with 8, one that has cost a tenth more weighs half.</summary>
    /// <value>Default 8. From 0 to 64; 0 believes all alike.</value>
    [Range(0.0, 64.0)]
    public double LedgerPower { get; set; } = 8;
}
