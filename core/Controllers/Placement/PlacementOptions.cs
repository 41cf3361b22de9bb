using System.ComponentModel.DataAnnotations;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Placement;

/// <summary>When an object's primary moves. All times are the snapshot's own: trace time in a replay.</summary>
public sealed class PlacementOptions : IValidatableObject
{
    public const string Section = "Controllers:Placement";

    /// <summary>After this long a past access weighs half; the sensor decays with it.</summary>
    /// <value>Default 14 days. From 1 hour to 365 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan HalfLife { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Revenue of one operation.</summary>
    /// <value>Default $0.01. From 0.000001 to 1,000.</value>
    [Range(0.000_001, 1_000)]
    public double RevenueUsdPerOperation { get; set; } = 0.01;

    /// <summary>Share of that revenue lost to each 100 ms.</summary>
    /// <value>Default 0.01 (1 %). From 0.0001 to 0.5.</value>
    [Range(0.000_1, 0.5)]
    public double RevenueLossPer100Ms { get; set; } = 0.01;

    /// <summary>Bytes of an average answer; what a reader in another region costs in egress.</summary>
    /// <value>Default 1,024. From 0 to 1 GiB.</value>
    [Range(0L, 1L << 30)]
    public long AnswerBytes { get; set; } = 1_024;

    /// <summary>Cost of a move besides its bytes: about five seconds of one virtual CPU for capture, checks and bookkeeping.</summary>
    /// <value>Default $0.00007. From 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double MoveOverheadUsd { get; set; } = 0.000_07;

    /// <summary>Share of today's cost a move must save; the band that keeps an object from bouncing.</summary>
    /// <value>Default 0.15. From 0 to 0.9.</value>
    [Range(0.0, 0.9)]
    public double MinGain { get; set; } = 0.15;

    /// <summary>Runs in a row the same region must win; one burst then moves nothing.</summary>
    /// <value>Default 3 urgent loops. From 1 to 100.</value>
    [Range(1, 100)]
    public int HoldLoops { get; set; } = 3;

    /// <summary>How far ahead a gain is counted; demand is not assumed to last longer.</summary>
    /// <value>Default 7 days. From 1 hour to 90 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan PaybackHorizon { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How many times over the gain within that horizon must repay the move.</summary>
    /// <value>Default 3. From 1 to 100.</value>
    [Range(1.0, 100.0)]
    public double MinPayback { get; set; } = 3;

    /// <summary>Rest after a move; doubles with each reversal.</summary>
    /// <value>Default 60 minutes. From 0 to 30 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan CoolDown { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>Time without a reversal after which one is forgiven.</summary>
    /// <value>Default 24 hours. From 1 hour to 90 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan ReversalDecay { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Most copies of one object in 24 hours.</summary>
    /// <value>Default 4. From 1 to 100.</value>
    [Range(1, 100)]
    public int MaxCopiesPerDay { get; set; } = 4;

    /// <summary>Telemetry older than this many of its periods doubles the gain and pay-back bands.</summary>
    /// <value>Default 2. From 1 to 100, and below <see cref="HoldAfterPeriods"/>.</value>
    [Range(1.0, 100.0)]
    public double WidenAfterPeriods { get; set; } = 2;

    /// <summary>Telemetry older than this many of its periods moves nothing, except what a policy forces.</summary>
    /// <value>Default 5. From 1 to 1,000.</value>
    [Range(1.0, 1_000.0)]
    public double HoldAfterPeriods { get; set; } = 5;

    /// <summary>How long accesses of one object belong together; a burst is one piece of evidence however often the loop looks at it.</summary>
    /// <remarks>Otherwise a loop that runs each minute takes the minutes of one session for as many confirmations.</remarks>
    /// <value>Default 1 hour. From 0 to 30 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan Burst { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How many of its own operations an object's ledger needs to outweigh its dataset's.</summary>
    /// <value>Default 100. From 0 (each object alone) to 1,000,000.</value>
    [Range(0.0, 1_000_000.0)]
    public double LedgerPriorOperations { get; set; } = 100;

    /// <summary>By how many standard errors an object's ledger must be positive; what one lucky burst has earned is not followed.</summary>
    /// <value>Default 1: 84 % sure, one-sided. From 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double LedgerStandardErrors { get; set; } = 1;

    /// <summary>By how many standard errors the ledgers of a whole dataset must be positive before any of its plans is followed.</summary>
    /// <value>
    /// Default 1.8: 96 % sure, one-sided. From 0 to 10. Where callers' past says much (the sample trace by user) so many objects
    /// agree that this costs little time; where it says little (by folder) it keeps everything at home.
    /// Bench <c>placement-windows</c> shows both.
    /// </value>
    [Range(0.0, 10.0)]
    public double DatasetStandardErrors { get; set; } = 1.8;

    /// <returns>What waiting costs where nothing else is known: a line.</returns>
    public ILatencyValue ToLatencyValue() => new LinearLatencyValue(RevenueUsdPerOperation, RevenueLossPer100Ms);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WidenAfterPeriods >= HoldAfterPeriods)
        {
            yield return new ValidationResult(
                $"{Section}: WidenAfterPeriods ({WidenAfterPeriods}) must be below HoldAfterPeriods ({HoldAfterPeriods}).",
                [nameof(WidenAfterPeriods)]);
        }
    }
}
