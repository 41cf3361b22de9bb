using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Failures and payloads that the server itself writes.</summary>
internal static class Failures
{
    private const string Source = "Server";
    private const int MaxKeptBytes = 4 * 1024;

    public static Failure Timeout(string message, TimeoutType type, Payloads? lastHeartbeat = null) => new()
    {
        Message = message,
        Source = Source,
        TimeoutFailureInfo = new TimeoutFailureInfo { TimeoutType = type, LastHeartbeatDetails = lastHeartbeat },
    };

    public static Failure ActivityTimeout(TimeoutType type, Payloads? lastHeartbeat) => Timeout($"activity {type} timeout", type, lastHeartbeat);

    public static Failure Server(string message, bool nonRetryable) => new()
    {
        Message = message,
        Source = Source,
        ServerFailureInfo = new ServerFailureInfo { NonRetryable = nonRetryable },
    };

    /// <summary>A text as the genuine server encodes its own payloads.</summary>
    public static Payloads Text(string text) => new()
    {
        Payloads_ =
        {
            new Payload
            {
                Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") },
                Data = ByteString.CopyFromUtf8(JsonSerializer.Serialize(text)),
            },
        },
    };

    /// <summary>A failure kept in a run's state between attempts is cut to a size that keeps the state small.</summary>
    public static Failure Truncated(Failure failure)
    {
        if (failure.CalculateSize() <= MaxKeptBytes)
        {
            return failure;
        }

        var kept = new Failure
        {
            Message = Cut(failure.Message, MaxKeptBytes / 4),
            Source = Cut(failure.Source, MaxKeptBytes / 4),
            StackTrace = Cut(failure.StackTrace, MaxKeptBytes / 4),
        };
        if (failure.ApplicationFailureInfo is { } application)
        {
            kept.ApplicationFailureInfo = new ApplicationFailureInfo { Type = application.Type, NonRetryable = application.NonRetryable };
        }
        else
        {
            kept.ServerFailureInfo = new ServerFailureInfo { NonRetryable = failure.ServerFailureInfo?.NonRetryable == true };
        }

        return kept;
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
