using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Describes task queues, and takes leave of workers.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class TaskQueueHandlers(WorkflowEngine engine, INamespaces namespaces)
{
    public Task<DescribeTaskQueueResponse> DescribeTaskQueue(DescribeTaskQueueRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        RequestRules.Queue(request.TaskQueue);
        var response = new DescribeTaskQueueResponse();
        if (request.ApiMode is DescribeTaskQueueMode.Enhanced)
        {
            var info = new TaskQueueVersionInfo { TaskReachability = BuildIdTaskReachability.Reachable };
            IEnumerable<TaskQueueType> types = request.TaskQueueTypes.Count > 0 ? request.TaskQueueTypes : [TaskQueueType.Workflow, TaskQueueType.Activity];
            foreach (var type in types)
            {
                var queue = engine.Queues[ns, request.TaskQueue.Name, type];
                var typed = new TaskQueueTypeInfo();
                typed.Pollers.AddRange(request.ReportPollers ? Pollers(queue) : []);
                typed.Stats = request.ReportStats ? Stats(queue) : null;
                info.TypesInfo[(int)type] = typed;
            }

            response.VersionsInfo[string.Empty] = info;
            return Task.FromResult(response);
        }

        var described = engine.Queues[ns, request.TaskQueue.Name, request.TaskQueueType is TaskQueueType.Unspecified ? TaskQueueType.Workflow : request.TaskQueueType];
        response.Pollers.AddRange(Pollers(described));
        if (request.ReportStats)
        {
            response.Stats = Stats(described);
        }

        if (request.IncludeTaskQueueStatus)
        {
            response.TaskQueueStatus = new TaskQueueStatus { BacklogCountHint = described.Backlog, RatePerSecond = 4_000, TaskIdBlock = new TaskIdBlock() };
        }

        return Task.FromResult(response);
    }

    public async Task<ResetStickyTaskQueueResponse> ResetStickyTaskQueue(ResetStickyTaskQueueRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        var execution = RequestRules.Execution(request.Execution);
        await engine.DoAsync(request.Namespace, execution.WorkflowId, step =>
        {
            var t = step.OnOpen(execution.RunId);
            WorkflowTasks.ClearSticky(t.State);
            t.Persist();
        });
        return new ResetStickyTaskQueueResponse();
    }

    public Task<ShutdownWorkerResponse> ShutdownWorker(ShutdownWorkerRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        if (request.StickyTaskQueue.Length > 0)
        {
            engine.Queues.CloseSticky(ns, request.StickyTaskQueue);
        }

        return Task.FromResult(new ShutdownWorkerResponse());
    }

    private static IEnumerable<PollerInfo> Pollers(MatchQueue queue) => queue.Pollers.Select(p => new PollerInfo
    {
        LastAccessTime = Timestamp.FromDateTimeOffset(p.LastAccess),
        Identity = p.Identity,
        RatePerSecond = p.RatePerSecond,
        WorkerVersionCapabilities = p.Version,
    });

    private static TaskQueueStats Stats(MatchQueue queue) => new()
    {
        ApproximateBacklogCount = queue.Backlog,
        ApproximateBacklogAge = Duration.FromTimeSpan(queue.BacklogAge),
    };
}
