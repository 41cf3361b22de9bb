using System.Net.Sockets;
using Grpc.Core;
using Idp.DevServer.Grpc;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.OperatorService.V1;

namespace Idp.DevServer.Namespaces;

/// <summary>Other clusters: as on a genuine dev server, which is one of its own and replicates to none.</summary>
[RpcHandlers(RpcHandlersAttribute.OperatorService)]
internal sealed class RemoteClusterHandlers
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Looks whether the other is there, and refuses it: every cluster of one machine has the name that this one has.</summary>
    public static async Task<AddOrUpdateRemoteClusterResponse> AddOrUpdateRemoteCluster(AddOrUpdateRemoteClusterRequest request, RpcContext context)
    {
        await ConnectAsync(request.FrontendAddress, context.CancellationToken);
        throw RpcFailure.InvalidArgument("Unable connect to remote cluster with invalid config: Cannot update current cluster metadata from rpc calls.");
    }

    public static Task<RemoveRemoteClusterResponse> RemoveRemoteCluster(RemoveRemoteClusterRequest request, RpcContext context) =>
        throw (request.ClusterName == ClusterHandlers.ClusterName
            ? new RpcFailure(StatusCode.Internal, "Unable to delete cluster info with error: Cannot delete current cluster metadata.")
            : new RpcFailure(StatusCode.NotFound, "The cluster to be deleted cannot be found in clusters cache.", new NotFoundFailure()));

    private static async Task ConnectAsync(string address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate($"tcp://{address}", UriKind.Absolute, out var uri) || uri.Port <= 0)
        {
            throw Unavailable(address, address.Length == 0 ? "dns resolver: missing address" : "no children to pick from");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectTimeout);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(uri.Host, uri.Port, limit.Token);
        }
        catch (SocketException refused)
        {
            var cause = refused.SocketErrorCode is SocketError.ConnectionRefused ? "connection refused" : refused.Message;
            throw Unavailable(address, $"connection error: desc = \"transport: Error while dialing: dial tcp {address}: connect: {cause}\"");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unavailable(address, "context deadline exceeded");
        }
    }

    private static RpcFailure Unavailable(string address, string error) =>
        new(StatusCode.Unavailable, $"Unable connect to remote cluster {address} with error: {error}.");
}
