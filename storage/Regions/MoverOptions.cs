using System.ComponentModel.DataAnnotations;

namespace Idp.Storage.Regions;

/// <summary>How movers treat the stores they work between.</summary>
public sealed class MoverOptions
{
    public const string Section = "Mover";

    /// <summary>How long a freeze may last before any client may thaw it: what a dead plane can cost.</summary>
    /// <value>Default 5 seconds. From 100 ms to 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan FreezeLimit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>First wait for transactions in flight at the freeze; doubles with each try, since traffic goes first.</summary>
    /// <value>Default 25 ms. From 1 ms to 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01")]
    public TimeSpan FirstLockLimit { get; set; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Longest wait for transactions in flight at the freeze: what one try can cost clients of the object.</summary>
    /// <value>Default 2 seconds. From 25 ms to 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.025", "00:00:30")]
    public TimeSpan MaxLockLimit { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Tries to freeze before a switch gives up and the move is undone.</summary>
    /// <value>Default 12. From 1 to 100.</value>
    [Range(1, 100)]
    public int FreezeAttempts { get; set; } = 12;

    /// <summary>A transaction older than this at the source would hold back everything a move reads, so no move starts.</summary>
    /// <value>Default 1 hour. From 1 minute to 1 day.</value>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan OldestTransaction { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Rows deleted in one transaction when an old copy is cleaned up.</summary>
    /// <value>Default 5,000. From 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int DeleteBatchRows { get; set; } = 5_000;
}
