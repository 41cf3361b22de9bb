using System.Net;
using Idp.DevServer.Engine.Handlers;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine;

/// <summary>Tells those outside of a run's end, again and again until they have heard it or refuse it.</summary>
internal sealed class CallbackDelivery(WorkflowEngine engine)
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromHours(1);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <returns>When the callback has succeeded or failed for good, or its run has been deleted.</returns>
    public async Task DeliverAsync(RunKey from, OutboxItem item)
    {
        try
        {
            while (await AttemptAsync(from, (int)item.EventId) is { } backoff)
            {
                await Task.Delay(backoff, engine.Clock);
            }
        }
        catch (RpcFailure)
        {
            // Deleted meanwhile.
        }
    }

    /// <returns>How long to wait for the next attempt; null when there is none.</returns>
    private async Task<TimeSpan?> AttemptAsync(RunKey from, int index)
    {
        var (callback, startTime, closing) = await engine.DoAsync(from.Namespace, from.WorkflowId, step =>
        {
            var run = step.Require(from.RunId);
            return (run.State.Callbacks[index], run.State.StartTime, run.History[run.State.NextEventId - 1]);
        });
        if (callback.State is CallbackState.Succeeded or CallbackState.Failed)
        {
            return null;
        }

        var (failure, isFinal) = callback.Callback.Nexus.Url == CallbackRules.InsideUrl
            ? (new Failure { Message = "handler error (BAD_REQUEST): invalid callback token" }, true)
            : await SendAsync(callback.Callback, from, startTime, closing);
        return await engine.DoAsync(from.Namespace, from.WorkflowId, step =>
        {
            var t = step.On(step.Require(from.RunId));
            t.Persist();
            return Note(t.State.Callbacks[index], failure, isFinal, step.Now);
        });
    }

    private static TimeSpan? Note(RegisteredCallback callback, Failure? failure, bool isFinal, DateTimeOffset now)
    {
        callback.Attempt++;
        callback.LastAttemptCompleteTime = now;
        callback.NextAttemptTime = null;
        callback.LastFailure = failure;
        failure?.ApplicationFailureInfo = new ApplicationFailureInfo { NonRetryable = isFinal };
        if (failure is null || isFinal)
        {
            callback.State = failure is null ? CallbackState.Succeeded : CallbackState.Failed;
            return null;
        }

        var backoff = FirstBackoff * Math.Pow(2, Math.Min(callback.Attempt - 1, 20));
        backoff = backoff < MaxBackoff ? backoff : MaxBackoff;
        callback.State = CallbackState.BackingOff;
        callback.NextAttemptTime = now + backoff;
        return backoff;
    }

    private static async Task<(Failure? Failure, bool IsFinal)> SendAsync(Callback callback, RunKey from, DateTimeOffset startTime, HistoryEvent closing)
    {
        using var request = CallbackRequest.Of(callback, Links.Started(from).WorkflowEvent, startTime, closing);
        try
        {
            using var response = await Http.SendAsync(request);
            return response.IsSuccessStatusCode ? (null, true) : Refused(response.StatusCode);
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or OperationCanceledException)
        {
            return (new Failure { Message = unreachable.Message }, false);
        }
    }

    private static (Failure Failure, bool IsFinal) Refused(HttpStatusCode status)
    {
        var (name, isFinal) = status switch
        {
            HttpStatusCode.BadRequest => ("BAD_REQUEST", true),
            HttpStatusCode.Unauthorized => ("UNAUTHENTICATED", true),
            HttpStatusCode.Forbidden => ("UNAUTHORIZED", true),
            HttpStatusCode.NotFound => ("NOT_FOUND", true),
            HttpStatusCode.Conflict => ("CONFLICT", true),
            HttpStatusCode.RequestTimeout => ("REQUEST_TIMEOUT", false),
            HttpStatusCode.TooManyRequests => ("RESOURCE_EXHAUSTED", false),
            HttpStatusCode.NotImplemented => ("NOT_IMPLEMENTED", true),
            HttpStatusCode.ServiceUnavailable => ("UNAVAILABLE", false),
            HttpStatusCode.GatewayTimeout => ("UPSTREAM_TIMEOUT", false),
            _ => ("INTERNAL", false),
        };
        return (new Failure { Message = $"handler error ({name})" }, isFinal);
    }
}
