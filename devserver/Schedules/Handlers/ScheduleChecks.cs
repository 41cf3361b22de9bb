using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Idp.DevServer.Namespaces;
using Idp.DevServer.Schedules.Runtime;
using Idp.DevServer.Schedules.Specs;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Schedules.Handlers;

/// <summary>What requests about schedules must fulfil, with the genuine server's messages.</summary>
internal sealed class ScheduleChecks(ISearchAttributes attributes, INamespaces namespaces, ServerFeatures features)
{
    private const int MaxIdBytes = 1_000;
    private const int MaxNotesBytes = 1_000;

    // Only its length matters: each start appends a time like this one.
    private const string AppendedTime = "-2009-11-10T23:00:00Z";

    /// <exception cref="RpcFailure">The namespace does not exist, or schedules are switched off.</exception>
    public void Enabled(string ns)
    {
        namespaces.Require(ns);
        if (!features.Schedules)
        {
            throw new RpcFailure(StatusCode.PermissionDenied, "Schedules are disabled on this namespace.", new PermissionDeniedFailure());
        }
    }

    public static void RequestIdLength(string requestId)
    {
        if (Encoding.UTF8.GetByteCount(requestId) > MaxIdBytes)
        {
            throw RpcFailure.InvalidArgument("RequestId length exceeds limit.");
        }
    }

    public static void Patch(PatchScheduleRequest request)
    {
        RequestIdLength(request.RequestId);
        var patch = request.Patch ?? throw RpcFailure.InvalidArgument("Patch is not set on request.");
        if (Encoding.UTF8.GetByteCount(patch.Pause) > MaxNotesBytes || Encoding.UTF8.GetByteCount(patch.Unpause) > MaxNotesBytes)
        {
            throw RpcFailure.InvalidArgument("Schedule notes exceeds limit.");
        }
    }

#pragma warning disable CA1822 // One of the checks like the others.
    public void Create(CreateScheduleRequest request)
#pragma warning restore CA1822
    {
        if (request.ScheduleId.Length == 0)
        {
            throw RpcFailure.InvalidArgument("Can't load workflow execution.  WorkflowId not set.");
        }

        WorkflowId(ScheduleListing.WorkflowIdPrefix + request.ScheduleId);
        if (request.RequestId.Length == 0)
        {
            throw RpcFailure.InvalidArgument("RequestId is not set on request.");
        }

        RequestIdLength(request.RequestId);
    }

    /// <summary>A checked copy in the form that is stored.</summary>
    /// <exception cref="RpcFailure">The schedule is invalid.</exception>
    public Schedule Canonical(string ns, Schedule given)
    {
        var schedule = given.Clone();
        try
        {
            schedule.Spec = CompiledSpec.Compile(schedule.Spec ?? new ScheduleSpec()).Canonical;
        }
        catch (ScheduleSpecException invalid)
        {
            throw RpcFailure.InvalidArgument($"Invalid schedule spec: {invalid.Message}");
        }

        if (schedule.Action?.StartWorkflow is { } action)
        {
            Action(ns, action);
        }

        return schedule;
    }

    /// <returns>The attributes with the type of each.</returns>
    /// <exception cref="RpcFailure">A name is unknown, or not the user's to set.</exception>
    public SearchAttributes? Attributes(string ns, SearchAttributes? given) => SearchAttributeRules.Check(given, attributes.All(ns), ns);

    /// <summary>A copy in which each value names its type, as far as it is still known.</summary>
    public SearchAttributes? Typed(string ns, SearchAttributes? given)
    {
        if (given is null)
        {
            return null;
        }

        var known = attributes.All(ns);
        var typed = given.Clone();
        foreach (var (name, value) in typed.IndexedFields)
        {
            if (known.TryGetValue(name, out var type))
            {
                value.Metadata["type"] = ByteString.CopyFromUtf8(type.ToString());
            }
        }

        return typed;
    }

    private static void WorkflowId(string id)
    {
        var bytes = Encoding.UTF8.GetByteCount(id);
        if (bytes > MaxIdBytes)
        {
            throw RpcFailure.InvalidArgument($"WorkflowId exceeds maximum allowed length ({bytes}/{MaxIdBytes})");
        }
    }

    private void Action(string ns, NewWorkflowExecutionInfo action)
    {
        WorkflowId(action.WorkflowId + AppendedTime);
        if (string.IsNullOrEmpty(action.WorkflowType?.Name))
        {
            throw RpcFailure.InvalidArgument("WorkflowType is not set on request.");
        }

        if (Encoding.UTF8.GetByteCount(action.WorkflowType.Name) > MaxIdBytes)
        {
            throw RpcFailure.InvalidArgument("WorkflowType length exceeds limit.");
        }

        Queue(action.TaskQueue);
        Timeout(action.WorkflowExecutionTimeout, "WorkflowExecutionTimeout");
        Timeout(action.WorkflowRunTimeout, "WorkflowRunTimeout");
        Timeout(action.WorkflowTaskTimeout, "WorkflowTaskTimeout");
        if (action.CronSchedule.Length > 0)
        {
            throw RpcFailure.InvalidArgument("Scheduled workflow must not contain CronSchedule");
        }

        if (action.WorkflowIdReusePolicy is not (WorkflowIdReusePolicy.Unspecified or WorkflowIdReusePolicy.AllowDuplicate))
        {
            throw RpcFailure.InvalidArgument("Scheduled workflow must not contain WorkflowIDReusePolicy");
        }

        Attributes(ns, action.SearchAttributes);
    }

    private static void Queue(TaskQueue? queue)
    {
        var error = queue switch
        {
            null => "taskQueue is not set",
            { Name: "" } => "missing task queue name",
            _ when Encoding.UTF8.GetByteCount(queue.Name) > MaxIdBytes => "taskQueue length exceeds limit",
            _ when queue.Name.StartsWith("/_sys/", StringComparison.Ordinal) => "task queue name cannot start with reserved prefix /_sys/",
            _ => null,
        };
        if (error is not null)
        {
            throw RpcFailure.InvalidArgument(error);
        }

        if (queue!.Kind == TaskQueueKind.Unspecified)
        {
            queue.Kind = TaskQueueKind.Normal;
        }
    }

    private static void Timeout(Duration? timeout, string name)
    {
        if (timeout is { Seconds: < 0 } or { Nanos: < 0 })
        {
            throw RpcFailure.InvalidArgument($"An invalid {name}Seconds is set on request. cause: negative duration");
        }
    }
}
