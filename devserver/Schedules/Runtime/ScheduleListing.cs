using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Schedules.Specs;
using Idp.DevServer.Schedules.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Schedules.Runtime;

/// <summary>A schedule as listings keep it: like a workflow of the server's own, with what lists show in its memo.</summary>
internal static class ScheduleListing
{
    public const string Division = "TemporalScheduler";
    public const string WorkflowIdPrefix = "temporal-sys-scheduler:";
    private const string WorkflowType = "temporal-sys-scheduler-workflow";
    private const string TaskQueue = "temporal-sys-per-ns-tq";
    private const string InfoField = "ScheduleInfo";
    private const string PausedAttribute = "TemporalSchedulePaused";
    private const string DivisionAttribute = "TemporalNamespaceDivision";

    // Lists stay small whatever a schedule holds.
    private const int MaxTimes = 5;
    private const int MaxSpecs = 10;

    private static readonly string[] OwnAttributes = [PausedAttribute, DivisionAttribute, "BinaryChecksums", "BuildIds"];

    public static WorkflowExecutionInfo Write(SchedulerState state, CompiledSpec? spec)
    {
        var memo = state.Memo.Clone();
        memo.Fields[InfoField] = new Payload
        {
            Metadata = { ["encoding"] = ByteString.CopyFromUtf8("binary/plain") },
            Data = ListInfo(state, spec).ToByteString(),
        };
        var attributes = state.SearchAttributes.Clone();
        attributes.IndexedFields[PausedAttribute] = Json(state.Schedule.State.Paused ? "true" : "false", "Bool");
        attributes.IndexedFields[DivisionAttribute] = Json($"\"{Division}\"", "Keyword");
        return new WorkflowExecutionInfo
        {
            Execution = new WorkflowExecution { WorkflowId = WorkflowIdPrefix + state.ScheduleId, RunId = state.RunId },
            Type = new WorkflowType { Name = WorkflowType },
            TaskQueue = TaskQueue,
            StartTime = state.Info.CreateTime,
            ExecutionTime = state.Info.CreateTime,
            Status = WorkflowExecutionStatus.Running,
            Memo = memo,
            SearchAttributes = attributes,
        };
    }

    public static ScheduleListEntry Read(WorkflowExecutionInfo listed)
    {
        var memo = listed.Memo?.Clone() ?? new Memo();
        var info = memo.Fields.Remove(InfoField, out var payload) ? ScheduleListInfo.Parser.ParseFrom(payload.Data) : new ScheduleListInfo();
        if (info.Spec is { } spec)
        {
            SpecCanonicalizer.FillDefaults(spec);
        }

        return new ScheduleListEntry
        {
            ScheduleId = listed.Execution.WorkflowId[WorkflowIdPrefix.Length..],
            Memo = memo,
            SearchAttributes = WithoutOwn(listed.SearchAttributes),
            Info = info,
        };
    }

    /// <summary>The times of the next actions; those before an update belong to the old specification.</summary>
    public static IEnumerable<Timestamp> FutureTimes(SchedulerState state, CompiledSpec? spec, int count)
    {
        if (state.Schedule.State.LimitedActions)
        {
            count = (int)Math.Min(state.Schedule.State.RemainingActions, count);
        }

        var updated = state.Info.UpdateTime?.ToDateTimeOffset();
        var at = state.LastProcessed;
        while (count > 0 && Next(state, spec, at) is { } next)
        {
            at = next.Actual;
            if (!(updated > at))
            {
                count--;
                yield return at.ToTimestamp();
            }
        }
    }

    private static ActionTime? Next(SchedulerState state, CompiledSpec? spec, DateTimeOffset after)
    {
        try
        {
            return spec?.Next(state.JitterSeed, after);
        }
        catch (ScheduleSpecException)
        {
            // Excludes nearly everything; whoever lists its times is told.
            return null;
        }
    }

    private static ScheduleListInfo ListInfo(SchedulerState state, CompiledSpec? compiled)
    {
        var spec = state.Schedule.Spec.Clone();
        spec.TimezoneData = ByteString.Empty;
        Cut(spec.ExcludeStructuredCalendar);
        Cut(spec.Interval);
        Cut(spec.StructuredCalendar);
        return new ScheduleListInfo
        {
            Spec = spec,
            WorkflowType = state.Schedule.Action.StartWorkflow?.WorkflowType,
            Notes = state.Schedule.State.Notes,
            Paused = state.Schedule.State.Paused,
            RecentActions = { state.Info.RecentActions.TakeLast(MaxTimes) },
            FutureActionTimes = { FutureTimes(state, compiled, MaxTimes) },
        };
    }

    private static void Cut<T>(IList<T> specs)
    {
        while (specs.Count > MaxSpecs)
        {
            specs.RemoveAt(specs.Count - 1);
        }
    }

    private static SearchAttributes? WithoutOwn(SearchAttributes? attributes)
    {
        var own = attributes?.Clone() ?? new SearchAttributes();
        foreach (var name in OwnAttributes)
        {
            own.IndexedFields.Remove(name);
        }

        return own.IndexedFields.Count == 0 ? null : own;
    }

    private static Payload Json(string json, string type) => new()
    {
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain"), ["type"] = ByteString.CopyFromUtf8(type) },
        Data = ByteString.CopyFromUtf8(json),
    };
}
