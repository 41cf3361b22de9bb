using System.Text.Json;
using Google.Protobuf;
using Idp.DevServer.Grpc;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Where a reader of a history goes on.</summary>
/// <param name="NextEventId">The next event that it gets.</param>
/// <param name="EndEventId">The end of what it reads; 0 for whatever there is then.</param>
/// <param name="WithTask">It works on the run's workflow task, whose events may not be written.</param>
internal sealed record HistoryToken(string RunId, long NextEventId, long EndEventId = 0, bool WithTask = false)
{
    public ByteString Write() => ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(this, HistoryTokenJson.Default.HistoryToken));

    /// <exception cref="RpcFailure">It is not a token of this server.</exception>
    public static HistoryToken Read(ByteString token)
    {
        try
        {
            return JsonSerializer.Deserialize(token.Span, HistoryTokenJson.Default.HistoryToken)
                ?? throw RpcFailure.InvalidArgument("Invalid NextPageToken.");
        }
        catch (JsonException)
        {
            throw RpcFailure.InvalidArgument("Invalid NextPageToken.");
        }
    }
}
