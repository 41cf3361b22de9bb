using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Idp.DevServer.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.Worker.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Namespaces;

/// <summary>Remembers what workers say of themselves, for as long as they say it.</summary>
/// <remarks>In memory: after a restart the workers report again within a minute.</remarks>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class WorkerHandlers(INamespaces namespaces, TimeProvider clock)
{
    private const int DefaultPageSize = 1_000;
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(string Namespace, string Key), Seen> _workers = new();

    public Task<RecordWorkerHeartbeatResponse> RecordWorkerHeartbeat(RecordWorkerHeartbeatRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        var now = clock.GetUtcNow();
        foreach (var heartbeat in request.WorkerHeartbeat)
        {
            _workers[(ns, heartbeat.WorkerInstanceKey)] = new Seen(heartbeat, now);
        }

        foreach (var gone in _workers.Where(pair => now - pair.Value.At > ForgottenAfter))
        {
            _workers.TryRemove(gone);
        }

        return Task.FromResult(new RecordWorkerHeartbeatResponse());
    }

    public Task<ListWorkersResponse> ListWorkers(ListWorkersRequest request, RpcContext context)
    {
        var rest = Matching(request.Namespace, request.Query)
            .Where(worker => string.CompareOrdinal(worker.WorkerInstanceKey, request.NextPageToken.ToStringUtf8()) > 0)
            .ToArray();
        var page = rest.Take(request.PageSize > 0 ? request.PageSize : DefaultPageSize).ToArray();
        var response = new ListWorkersResponse
        {
            Workers = { page.Select(Listed) },
            NextPageToken = rest.Length > page.Length ? ByteString.CopyFromUtf8(page[^1].WorkerInstanceKey) : ByteString.Empty,
        };
#pragma warning disable CS0612 // Older callers read the deprecated list; the genuine server fills both.
        response.WorkersInfo.AddRange(page.Select(worker => new WorkerInfo { WorkerHeartbeat = worker }));
#pragma warning restore CS0612
        return Task.FromResult(response);
    }

    public Task<CountWorkersResponse> CountWorkers(CountWorkersRequest request, RpcContext context) =>
        Task.FromResult(new CountWorkersResponse { Count = Matching(request.Namespace, request.Query).Count() });

    public Task<DescribeWorkerResponse> DescribeWorker(DescribeWorkerRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        return _workers.TryGetValue((ns, request.WorkerInstanceKey), out var seen)
            ? Task.FromResult(new DescribeWorkerResponse { WorkerInfo = new WorkerInfo { WorkerHeartbeat = seen.Heartbeat } })
            : throw new RpcFailure(StatusCode.NotFound, $"Worker {request.WorkerInstanceKey} not found", new NotFoundFailure());
    }

    private IEnumerable<WorkerHeartbeat> Matching(string ns, string query)
    {
        var name = namespaces.Require(ns).Name;
        var filter = WorkerQuery.Parse(query);
        return _workers
            .Where(pair => pair.Key.Namespace == name && clock.GetUtcNow() - pair.Value.At <= ForgottenAfter && filter(pair.Value.Heartbeat))
            .Select(pair => pair.Value.Heartbeat)
            .OrderBy(worker => worker.WorkerInstanceKey, StringComparer.Ordinal);
    }

    private static WorkerListInfo Listed(WorkerHeartbeat worker) => new()
    {
        WorkerInstanceKey = worker.WorkerInstanceKey,
        WorkerIdentity = worker.WorkerIdentity,
        TaskQueue = worker.TaskQueue,
        DeploymentVersion = worker.DeploymentVersion,
        SdkName = worker.SdkName,
        SdkVersion = worker.SdkVersion,
        Status = worker.Status,
        StartTime = worker.StartTime,
        HostName = worker.HostInfo?.HostName ?? string.Empty,
        WorkerGroupingKey = worker.HostInfo?.WorkerGroupingKey ?? string.Empty,
        ProcessId = worker.HostInfo?.ProcessId ?? string.Empty,
        Plugins = { worker.Plugins },
    };

    private sealed record Seen(WorkerHeartbeat Heartbeat, DateTimeOffset At);
}
