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

    /// <summary>Rows of a table deleted in one transaction when an old copy is cleaned up.</summary>
    /// <value>Default 20,000: two round trips each, so a million rows 200 ms away go in 20 s. From 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int DeleteBatchRows { get; set; } = 20_000;

    /// <summary>Chunks of one large object that travel side by side; each needs a processor at either end to be worth it.</summary>
    /// <value>Default 2. From 1 to 8.</value>
    [Range(1, 8)]
    public int ParallelChunks { get; set; } = 2;

    /// <summary>Rows of each table that one step carries as text, beside the changes; a small object is copied by one such step.</summary>
    /// <value>Default 250. From 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int RowsPerStep { get; set; } = 250;

    /// <summary>An object that had no more rows when it was copied is compared whole, in one step.</summary>
    /// <value>Default 20,000. From 0 to 1,000,000.</value>
    [Range(0, 1_000_000)]
    public int RowsComparedWhole { get; set; } = 20_000;

    /// <summary>Most rows that one step of a comparison reads in either store.</summary>
    /// <value>Default 200,000. From 1 to 10,000,000.</value>
    [Range(1, 10_000_000)]
    public int MaxComparedRows { get; set; } = 200_000;

    /// <summary>Bytes of one chunk, as far as earlier rows predict: a transaction of the target, and what a crash costs.</summary>
    /// <value>Default 12 MiB. From 64 KiB to 256 MiB.</value>
    [Range(64 << 10, 256 << 20)]
    public int ChunkBytes { get; set; } = 12 << 20;

    /// <summary>Most rows of one chunk.</summary>
    /// <value>Default 50,000. From 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int MaxChunkRows { get; set; } = 50_000;

    /// <summary>How long a mover that takes over waits for a chunk in flight before it ends that chunk's session: its mover is silent. Also how long a batch at the target may stand still before its server ends it.</summary>
    /// <value>Default 20 seconds. From 100 ms to 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan SilentChunkLimit { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Bytes a second that all movers of one process together may read from one source region.</summary>
    /// <value>Default 0: no limit. Up to 100 GB.</value>
    [Range(0, 100_000_000_000)]
    public long MaxBytesPerSecond { get; set; }

    /// <summary>How much slower than when it is quiet the source may answer before copies back off.</summary>
    /// <value>Default 100 ms. From 1 ms to 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan MaxLatencyRise { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Replay lag of a replica of the source, where it is visible, above which copies back off.</summary>
    /// <value>Default 10 seconds. From 100 ms to 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan MaxReplicaLag { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Keys that one comparison may find different and write again; more is no accident, so the move is refused.</summary>
    /// <value>Default 1,000. From 0 to 100,000.</value>
    [Range(0, 100_000)]
    public int MaxRepairedKeys { get; set; } = 1_000;
}
