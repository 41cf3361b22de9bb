using System.ComponentModel.DataAnnotations;

namespace Idp.Worker;

/// <summary>How the worker turns the loops.</summary>
public sealed class WorkerOptions
{
    public const string Section = "Worker";

    /// <summary>Divides the periods of the three loops, down to their floors.</summary>
    /// <value>Default 1: every minute, hour and day. From 1 to 10,000,000.</value>
    [Range(1, 10_000_000)]
    public double TimeScale { get; set; } = 1;

    /// <summary>Shortest period of the urgent loop, in real time; the strategic one runs at most every 5 of these, the planning one every 15.</summary>
    /// <value>Default 2 seconds. From 1 second to 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan ShortestLoop { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Copies and reverse streams that run at once in this worker.</summary>
    /// <value>Default 64. From 1 to 1,000.</value>
    [Range(1, 1_000)]
    public int MaxConcurrentMovers { get; set; } = 64;
}
