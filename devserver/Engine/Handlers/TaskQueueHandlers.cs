using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Idp.DevServer.Namespaces;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Describes task queues, and takes leave of workers.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class TaskQueueHandlers(WorkflowEngine engine, INamespaces namespaces, QueueConfigs configs, ServerOptions options)
{
    public Task<DescribeTaskQueueResponse> DescribeTaskQueue(DescribeTaskQueueRequest request, RpcContext context)
    {
        var ns = namespaces.Require(request.Namespace).Name;
        RequestRules.Queue(request.TaskQueue, engine.Limits);
        return Task.FromResult(request.ApiMode is DescribeTaskQueueMode.Enhanced ? DescribeVersions(ns, request) : Describe(ns, request));
    }

    /// <summary>A queue here is in one piece, which goes by the queue's own name.</summary>
    public Task<ListTaskQueuePartitionsResponse> ListTaskQueuePartitions(ListTaskQueuePartitionsRequest request, RpcContext context)
    {
        namespaces.Require(request.Namespace);
        RequestRules.Queue(request.TaskQueue, engine.Limits);
        var whole = new TaskQueuePartitionMetadata { Key = request.TaskQueue.Name, OwnerHostName = $"{options.Ip}:{options.Port}" };
        return Task.FromResult(new ListTaskQueuePartitionsResponse { ActivityTaskQueuePartitions = { whole }, WorkflowTaskQueuePartitions = { whole.Clone() } });
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

    private DescribeTaskQueueResponse Describe(string ns, DescribeTaskQueueRequest request)
    {
        var type = request.TaskQueueType is TaskQueueType.Unspecified ? TaskQueueType.Workflow : request.TaskQueueType;
        var queue = engine.Queues[ns, request.TaskQueue.Name, type];
        var limit = queue.Limit;
        var response = new DescribeTaskQueueResponse
        {
            Pollers = { Pollers(queue) },
            EffectiveRateLimit = new() { RequestsPerSecond = (float)limit.PerSecond, RateLimitSource = limit.Source },
            VersioningInfo = new TaskQueueVersioningInfo { UpdateTime = DateTime.MinValue.ToUniversalTime().ToTimestamp() },
        };
        response.VersioningInfo.CurrentVersion = "__unversioned__";
        if (request.ReportConfig)
        {
            response.Config = configs.Find(new TaskQueueKey(ns, request.TaskQueue.Name, type));
        }

        if (request.ReportStats)
        {
            var levels = queue.Stats;
            response.Stats = Stats(levels);
            foreach (var level in levels)
            {
                response.StatsByPriorityKey[level.Priority] = Stats([level]);
            }
        }

        if (request.IncludeTaskQueueStatus)
        {
            response.TaskQueueStatus = new TaskQueueStatus { BacklogCountHint = queue.Backlog, RatePerSecond = limit.PerSecond, TaskIdBlock = new TaskIdBlock() };
        }

        return response;
    }

    private DescribeTaskQueueResponse DescribeVersions(string ns, DescribeTaskQueueRequest request)
    {
        // Nobody assigns builds to queues here, so all tasks are of the one version without a name.
        IEnumerable<string> versions = request.Versions is { BuildIds.Count: > 0 } asked ? asked.BuildIds.Concat(asked.Unversioned ? [string.Empty] : []) : [string.Empty];
        return new DescribeTaskQueueResponse { VersionsInfo = { versions.ToDictionary(version => version, version => DescribeVersion(ns, version, request)) } };
    }

    private TaskQueueVersionInfo DescribeVersion(string ns, string version, DescribeTaskQueueRequest request)
    {
        var info = new TaskQueueVersionInfo();
        if (request.ReportTaskReachability)
        {
            info.TaskReachability = version.Length == 0 ? BuildIdTaskReachability.Reachable : BuildIdTaskReachability.Unreachable;
        }

        IEnumerable<TaskQueueType> types = request.TaskQueueTypes.Count > 0 ? request.TaskQueueTypes : [TaskQueueType.Workflow, TaskQueueType.Activity];
        foreach (var type in types)
        {
            var queue = engine.Queues[ns, request.TaskQueue.Name, type];
            var typed = new TaskQueueTypeInfo();
            if (version.Length == 0)
            {
                typed.Pollers.AddRange(request.ReportPollers ? Pollers(queue) : []);
                typed.Stats = request.ReportStats ? Stats(queue.Stats) : null;
            }

            info.TypesInfo[(int)type] = typed;
        }

        return info;
    }

    private static IEnumerable<PollerInfo> Pollers(MatchQueue queue) => queue.Pollers.Select(p => new PollerInfo
    {
        LastAccessTime = Timestamp.FromDateTimeOffset(p.LastAccess),
        Identity = p.Identity,
        RatePerSecond = p.RatePerSecond,
        WorkerVersionCapabilities = p.Version,
    });

    private static TaskQueueStats Stats(IReadOnlyList<LevelStats> levels) => new()
    {
        ApproximateBacklogCount = levels.Sum(level => level.Backlog),
        ApproximateBacklogAge = Duration.FromTimeSpan(levels.Max(level => level.OldestAge)),
        TasksAddRate = (float)levels.Sum(level => level.AddsPerSecond),
        TasksDispatchRate = (float)levels.Sum(level => level.DispatchesPerSecond),
    };
}
