using Grpc.Core;

namespace Idp.DevServer.Grpc;

/// <summary>What a call brings beside its request.</summary>
/// <param name="Headers">The caller's metadata; names in lower case.</param>
/// <param name="Deadline">When the caller gives up, by the wall clock and never by a skipping one; null when it waits without limit.</param>
/// <param name="CancellationToken">Cancelled when the caller hangs up, its deadline passes, or the server stops.</param>
public sealed record RpcContext(Metadata Headers, DateTimeOffset? Deadline, CancellationToken CancellationToken)
{
    /// <summary>The value of one header, or an empty text.</summary>
    public string Header(string name) => Headers.GetValue(name) ?? string.Empty;
}
