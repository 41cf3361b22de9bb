using Idp.DevServer.Grpc;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Namespaces;

/// <summary>Says what this server is and can do.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class ClusterHandlers(ClusterIdentity identity)
{
    public const string ClusterName = "active";

    /// <summary>The release of the genuine server whose behaviour this one has.</summary>
    public const string ServerVersion = "1.32.0";

    public const int InitialFailoverVersion = 1;
    private const int FailoverVersionIncrement = 10;

    public static void RequireKnown(string cluster)
    {
        if (cluster is not ("" or ClusterName))
        {
            throw RpcFailure.InvalidArgument($"Invalid cluster name: {cluster}");
        }
    }

    public Task<GetClusterInfoResponse> GetClusterInfo(GetClusterInfoRequest request, RpcContext context) =>
        Task.FromResult(new GetClusterInfoResponse
        {
            SupportedClients =
            {
                ["Nexus-go-sdk"] = "<2.0.0",
                ["temporal-cli"] = "<2.0.0",
                ["temporal-go"] = "<2.0.0",
                ["temporal-java"] = "<2.0.0",
                ["temporal-php"] = "<2.0.0",
                ["temporal-server"] = "<2.0.0",
                ["temporal-typescript"] = "<2.0.0",
                ["temporal-ui"] = "<3.0.0",
            },
            ServerVersion = ServerVersion,
            ClusterId = identity.Id,
            ClusterName = ClusterName,
            HistoryShardCount = 1,
            PersistenceStore = "sqlite",
            VisibilityStore = "sqlite",
            InitialFailoverVersion = InitialFailoverVersion,
            FailoverVersionIncrement = FailoverVersionIncrement,
        });

    public static Task<GetSystemInfoResponse> GetSystemInfo(GetSystemInfoRequest request, RpcContext context) =>
        Task.FromResult(new GetSystemInfoResponse
        {
            ServerVersion = ServerVersion,
            Capabilities = new GetSystemInfoResponse.Types.Capabilities
            {
                SignalAndQueryHeader = true,
                InternalErrorDifferentiation = true,
                ActivityFailureIncludeHeartbeat = true,
                SupportsSchedules = true,
                EncodedFailureAttributes = true,

                // Workers then send their version stamps, which histories record; there are no versioning rules.
                BuildIdBasedVersioning = true,
                UpsertMemo = true,
                EagerWorkflowStart = true,
                SdkMetadata = true,
                CountGroupByExecutionStatus = true,
            },
        });
}
