namespace Idp.Core.Tests.Movement.Model;

/// <summary>The faults that the protocol's description names, each with the experiment that must find it.</summary>
internal static class NamedFaults
{
    public static readonly (string Name, string Experiment)[] All =
    [
        ("no owner-epoch check", "retry: batches land without the row's check"),
        ("epoch reused after an abort", "retry: epoch reused after an abort"),
        ("acknowledging by key", "switch: log acknowledged by key"),
        ("acknowledging by highest xid", "switch: log acknowledged by highest id"),
        ("copy and drain in parallel within a range", "switch: chunk stores its snapshot without the changes"),
        ("no compare-and-set of checkpoint and snapshot", "switch: no compare-and-set of progress"),
        ("one snapshot for all ranges", "ranges: one snapshot for all ranges"),
        ("target started before the source", "retry: target started before the source"),
        ("target started late over a live copy", "retry: target started without its guards"),
        ("void that leaves no mark", "switch: void leaves no mark"),
        ("Resolve from the current row alone", "undo: outcome from the current row"),
        ("inferred outcome", "switch: outcome inferred"),
        ("no wipe", "back: no wipe"),
        ("deletion without its check", "back: deletions unchecked"),
        ("grace ended in another order", "undo: reverse stream dropped before the grace ends"),
        ("subscriber added without the lock", "switch: subscriber added without lock"),
        ("subscriber named by store", "back: subscribers named by store"),
        ("unfenced client", "switch: unfenced client"),
        ("unfenced read", "read: unfenced read"),
        ("second birth", "birth: tombstone dropped"),
        ("leftover reverse stream", "undo: reverse batches land anywhere"),
        ("application dual write", "switch: dual write by the application"),
        ("no nonce with log check in the same statement", "switch: log read in the statement that locks + no nonce at the commit"),
        ("no nonce without log check", "switch: no log check at the commit + no nonce at the commit"),
        ("no nonce without move id", "other: no move id at the commit + no nonce at the commit"),
        ("no wait at freeze and at commit", "switch: freeze without waiting + commit without waiting"),
        ("loose chunks: no version check", "rounds: loose chunks without the version's check"),
        ("loose chunks: take-over without wiping", "rounds: a take-over keeps loose rows"),
        ("loose chunks: take-over without waiting", "rounds: a take-over does not wait for chunks in flight"),
        ("loose chunks: read at another snapshot", "rounds: a chunk read before the snapshot that its round stored"),
        ("loose chunks: checkpoint although a chunk failed", "rounds: the checkpoint advances although a chunk failed"),
    ];
}
