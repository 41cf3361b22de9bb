using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine;

/// <summary>The end of a workflow as an HTTP request, in the form of the Nexus protocol's completions.</summary>
internal static class CallbackRequest
{
    private const string Succeeded = "succeeded";
    private const string Failed = "failed";

    public static HttpRequestMessage Of(Callback callback, Link.Types.WorkflowEvent started, DateTimeOffset startTime, HistoryEvent closing)
    {
        var (state, content) = Outcome(closing);
        var request = new HttpRequestMessage(HttpMethod.Post, callback.Nexus.Url) { Content = content };
        foreach (var (name, value) in callback.Nexus.Header)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation("User-Agent", "temporalio/server");
        request.Headers.TryAddWithoutValidation(
            "Nexus-Link",
            $"<temporal:///namespaces/{started.Namespace}/workflows/{Uri.EscapeDataString(started.WorkflowId)}/{started.RunId}/history?eventID=1&eventType=WorkflowExecutionStarted&referenceType=EventReference>; type=\"temporal.api.common.v1.Link.WorkflowEvent\"");
        request.Headers.TryAddWithoutValidation("Nexus-Operation-State", state);
        request.Headers.TryAddWithoutValidation("Nexus-Operation-Start-Time", startTime.ToString("R", CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(
            "Nexus-Operation-Close-Time", closing.EventTime.ToDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        return request;
    }

    private static (string State, HttpContent Content) Outcome(HistoryEvent closing) => closing.EventType switch
    {
        EventType.WorkflowExecutionCompleted => (Succeeded, Result(closing.WorkflowExecutionCompletedEventAttributes.Result)),
        EventType.WorkflowExecutionFailed => (Failed, Problem(closing.WorkflowExecutionFailedEventAttributes.Failure)),
        EventType.WorkflowExecutionCanceled => ("canceled", Problem(new Failure
        {
            Message = "operation canceled",
            CanceledFailureInfo = new CanceledFailureInfo { Details = closing.WorkflowExecutionCanceledEventAttributes.Details },
        })),
        EventType.WorkflowExecutionTerminated => (Failed, Problem(new Failure { Message = "operation terminated", TerminatedFailureInfo = new TerminatedFailureInfo() })),
        _ => (Failed, Problem(new Failure { Message = "operation exceeded internal timeout", TimeoutFailureInfo = new TimeoutFailureInfo() })),
    };

    /// <summary>The first payload of a result, in the type that its encoding stands for.</summary>
    private static ByteArrayContent Result(Payloads? result)
    {
        if (result is not { Payloads_: [var first, ..] })
        {
            return new ByteArrayContent([]);
        }

        var encoding = first.Metadata.TryGetValue("encoding", out var named) ? named.ToStringUtf8() : string.Empty;
        return encoding switch
        {
            "json/plain" when first.Metadata.Count == 1 => Body(first.Data.ToByteArray(), "application/json"),
            "binary/plain" when first.Metadata.Count == 1 => Body(first.Data.ToByteArray(), "application/octet-stream"),
            "binary/null" when first.Metadata.Count == 1 => new ByteArrayContent([]),
            _ => Body(first.ToByteArray(), "application/x-temporal-payload"),
        };
    }

    private static ByteArrayContent Problem(Failure failure)
    {
        var details = failure.Clone();
        details.Message = string.Empty;
        var body = new JsonObject
        {
            ["message"] = failure.Message,
            ["metadata"] = new JsonObject { ["type"] = Failure.Descriptor.FullName },
            ["details"] = JsonNode.Parse(JsonFormatter.Default.Format(details)),
        };
        return Body(System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()), "application/json");
    }

    private static ByteArrayContent Body(byte[] bytes, string type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }
}
