namespace Idp.Client;

/// <summary>Names one write transaction of one run of a server.</summary>
/// <param name="TransactionId">The transaction's full number (<c>xid8</c>). A server that has crashed may give it out again.</param>
/// <param name="SentAt">Timestamp of our clock before it began: a server that is up for longer than since then has not restarted meanwhile.</param>
internal readonly record struct UnitStamp(ulong TransactionId, long SentAt);
