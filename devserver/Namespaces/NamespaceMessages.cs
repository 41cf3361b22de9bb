using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine;
using Idp.DevServer.Hosting;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Namespace.V1;
using Temporalio.Api.Replication.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Namespaces;

/// <summary>Namespaces as messages.</summary>
internal sealed class NamespaceMessages(EngineLimits limits, ServerFeatures features)
{
    private const long MaxTaskCompletionBytes = 40 * 1024 * 1024;

    public DescribeNamespaceResponse Describe(NamespaceEntry entry) => new()
    {
        NamespaceInfo = Info(entry),
        Config = Config(entry),
        ReplicationConfig = Replication(entry),
        IsGlobalNamespace = false,
    };

    public NamespaceInfo Info(NamespaceEntry entry) => new()
    {
        Name = entry.Name,
        Id = entry.Id,
        State = entry.State,
        Description = entry.Description,
        OwnerEmail = entry.OwnerEmail,
        Data = { entry.Data.ToDictionary() },
        Capabilities = new NamespaceInfo.Types.Capabilities
        {
            EagerWorkflowStart = features.EagerWorkflowStart,
            SyncUpdate = features.Updates,
            AsyncUpdate = features.AsyncUpdates,
            WorkerHeartbeats = true,
            ReportedProblemsSearchAttribute = true,
            WorkflowPause = features.WorkflowPause,
            PollerAutoscaling = true,
        },
        Limits = new NamespaceInfo.Types.Limits
        {
            BlobSizeLimitError = limits.BlobLimit,
            MemoSizeLimitError = limits.MemoLimit,
            WorkflowTaskCompletionSizeLimitError = MaxTaskCompletionBytes,
        },
        SupportsSchedules = features.Schedules,
    };

    public static NamespaceConfig Config(NamespaceEntry entry) => new()
    {
        WorkflowExecutionRetentionTtl = Duration.FromTimeSpan(entry.Retention),
        BadBinaries = new BadBinaries(),
        HistoryArchivalState = ArchivalState.Disabled,
        VisibilityArchivalState = ArchivalState.Disabled,
    };

    public static NamespaceReplicationConfig Replication(NamespaceEntry entry) => new()
    {
        ActiveClusterName = ClusterHandlers.ClusterName,
        Clusters = { new ClusterReplicationConfig { ClusterName = ClusterHandlers.ClusterName } },
        State = entry.Name is "default" or NamespaceRegistry.SystemName ? ReplicationState.Unspecified : ReplicationState.Normal,
    };
}
