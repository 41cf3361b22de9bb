namespace Idp.Client;

/// <summary>Names one write transaction of one run of a server, as the fence answered it.</summary>
/// <param name="TransactionId">The transaction's full number (<c>xid8</c>).</param>
/// <param name="ServerStartedAt">After a crash numbers may be given out again; with another start, "committed" proves nothing.</param>
internal readonly record struct UnitStamp(ulong TransactionId, DateTime ServerStartedAt);
