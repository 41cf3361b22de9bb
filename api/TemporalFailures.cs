using Temporalio.Exceptions;

namespace Idp.Api;

/// <summary>Which failures mean that Temporal does not answer.</summary>
public static class TemporalFailures
{
    public static bool IsUnreachable(Exception failure) => failure switch
    {
        RpcException rpc => rpc.Code is RpcException.StatusCode.Unavailable or RpcException.StatusCode.DeadlineExceeded or RpcException.StatusCode.Cancelled,

        // What a lazy client says of its first connection; it has no type of its own.
        InvalidOperationException connecting => connecting.Message.StartsWith("Connection failed", StringComparison.Ordinal),
        _ => false,
    };
}
