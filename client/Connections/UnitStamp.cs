namespace Idp.Client;

/// <summary>Names one write transaction of one run of a server.</summary>
/// <param name="TransactionId">The transaction's full number (<c>xid8</c>). A server that has crashed, or a promoted standby, may give it out again.</param>
/// <param name="ServerStartedAt">When the server was started; no other run of it, and no other server, was at the same microsecond.</param>
/// <param name="BegunAt">When the transaction began by the server's clock. A crash that the server has survived without a new start is later.</param>
internal readonly record struct UnitStamp(ulong TransactionId, DateTimeOffset ServerStartedAt, DateTimeOffset BegunAt);
