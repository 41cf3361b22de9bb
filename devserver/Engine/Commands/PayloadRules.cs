using Temporalio.Api.Common.V1;

namespace Idp.DevServer.Engine.Commands;

/// <summary>How a payload says that a field is to be removed.</summary>
internal static class PayloadRules
{
    public static bool IsEmpty(Payload payload) =>
        payload.Data.Length == 0
        || payload.Data.Span.SequenceEqual("null"u8)
        || payload.Data.Span.SequenceEqual("[]"u8)
        || (payload.Metadata.TryGetValue("encoding", out var encoding) && encoding.Span.SequenceEqual("binary/null"u8));
}
