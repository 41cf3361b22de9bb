namespace Idp.Embedded;

/// <summary>What passed a link since the proxy was made. Swallowed bytes do not count.</summary>
/// <param name="ToStoreBytes">Delivered from the caller to the store.</param>
/// <param name="ToCallerBytes">Delivered from the store to the caller.</param>
/// <param name="Connections">Accepted in all.</param>
/// <param name="OpenConnections">Open now.</param>
public sealed record LinkTraffic(long ToStoreBytes, long ToCallerBytes, long Connections, int OpenConnections);
