using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Controllers.Consistency;

/// <summary>When operations are served fresher or less fresh.</summary>
public sealed class ConsistencyOptions
{
    public const string Section = "Controllers:Consistency";

    /// <summary>Hazards of one period that upgrade an operation.</summary>
    /// <value>Default 1: the first one. From 1 to 1,000,000.</value>
    [Range(1L, 1_000_000L)]
    public long MinHazards { get; set; } = 1;

    /// <summary>How long no hazard may have been seen before an operation is downgraded; doubles with each reversal.</summary>
    /// <value>Default 7 days: a whole week of work. From 1 hour to 365 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan DowngradeAfter { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Share of reads that may be hazards unseen; as many reads without one are needed as show, 95 % sure, that there are no more.</summary>
    /// <value>Default 0.0001. From 0.000001 to 0.1.</value>
    /// <remarks>No hazard in n reads bounds their share by 3 ÷ n (Hanley and Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 1983).</remarks>
    [Range(0.000_001, 0.1)]
    public double MaxHazardShare { get; set; } = 0.0001;

    /// <summary>Time without a reversal after which one is forgiven.</summary>
    /// <value>Default 30 days. From 1 day to 365 days.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan ReversalDecay { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Time after a read within which its session's write still builds on it.</summary>
    /// <value>Default 5 minutes: a person who has read a page and changes it. From 0 to 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan RaceWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Operations that one run looks at; what is more is left out by whole objects.</summary>
    /// <value>Default 500,000: about 100 MB while it runs. From 1,000 to 10,000,000.</value>
    [Range(1_000, 10_000_000)]
    public int MaxEvents { get; set; } = 500_000;

    /// <summary>Names of operations that are remembered; the busiest stay.</summary>
    /// <value>Default 1,000. From 1 to 20,000.</value>
    [Range(1, 20_000)]
    public int MaxOperations { get; set; } = 1_000;

    /// <value>Reads without a hazard that a downgrade needs.</value>
    public long MinCleanReads => (long)Math.Ceiling(3 / MaxHazardShare);
}
