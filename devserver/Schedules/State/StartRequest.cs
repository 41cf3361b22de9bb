using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Schedules.State;

/// <summary>Builds the request that takes a schedule's action.</summary>
internal static class StartRequest
{
    private const string StartTimeAttribute = "TemporalScheduledStartTime";
    private const string ScheduleIdAttribute = "TemporalScheduledById";

    /// <summary>The action's id and the nominal time, as the genuine server always appends it.</summary>
    public static string WorkflowId(Schedule schedule, BufferedStart start) =>
        $"{schedule.Action.StartWorkflow.WorkflowId}-{Rfc3339(start.Nominal)}";

    /// <summary>The same for the same call of the same schedule, so that a repeated call is one call.</summary>
    public static string RequestId(SchedulerState state, long number)
    {
        var text = $"{state.NamespaceId}/{state.ScheduleId}/{state.RunId}/{number}";
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16)).ToString();
    }

    public static StartWorkflowExecutionRequest Build(SchedulerState state, PendingCall call)
    {
        var start = call.Start!;
        var action = state.Schedule.Action.StartWorkflow;

        // Runs that may overlap have no predecessor whose result they could continue.
        var isChained = start.Policy != ScheduleOverlapPolicy.AllowAll;
        return new StartWorkflowExecutionRequest
        {
            Namespace = state.Namespace,
            WorkflowId = WorkflowId(state.Schedule, start),
            WorkflowType = action.WorkflowType,
            TaskQueue = action.TaskQueue,
            Input = action.Input,
            WorkflowExecutionTimeout = action.WorkflowExecutionTimeout,
            WorkflowRunTimeout = action.WorkflowRunTimeout,
            WorkflowTaskTimeout = action.WorkflowTaskTimeout,
            Identity = state.Identity,
            RequestId = call.RequestId,
            WorkflowIdReusePolicy = start.IsManual ? WorkflowIdReusePolicy.AllowDuplicate : WorkflowIdReusePolicy.RejectDuplicate,
            RetryPolicy = action.RetryPolicy,
            Memo = action.Memo,
            SearchAttributes = Attributes(state, action.SearchAttributes, start.Nominal),
            Header = action.Header,
            LastCompletionResult = isChained ? state.LastResult : null,
            ContinuedFailure = isChained ? state.LastFailure : null,
            UserMetadata = action.UserMetadata,
            Priority = action.Priority,
        };
    }

    private static SearchAttributes Attributes(SchedulerState state, SearchAttributes? given, DateTimeOffset nominal)
    {
        var attributes = given?.Clone() ?? new SearchAttributes();
        attributes.IndexedFields[StartTimeAttribute] = Json($"\"{Rfc3339(nominal)}\"");
        attributes.IndexedFields[ScheduleIdAttribute] = Json($"\"{JsonEncodedText(state.ScheduleId)}\"");
        return attributes;
    }

    private static string JsonEncodedText(string text) => System.Text.Json.JsonEncodedText.Encode(text).ToString();

    private static Payload Json(string json) => new()
    {
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") },
        Data = ByteString.CopyFromUtf8(json),
    };

    private static string Rfc3339(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
