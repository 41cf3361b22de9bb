using System.Text.Json;
using Idp.Core;

namespace Idp.Api.Routing;

/// <summary>Events as they stand on the wire, written once for all subscribers.</summary>
internal static class ServerSentEvent
{
    public static ReadOnlyMemory<byte> Hello { get; } = ": connected\n\n"u8.ToArray();

    public static ReadOnlyMemory<byte> Heartbeat { get; } = ": heartbeat\n\n"u8.ToArray();

    public static ReadOnlyMemory<byte> Routes(RoutingDocument document) =>
        (byte[])[.. "event: routes\ndata: "u8, .. JsonSerializer.SerializeToUtf8Bytes(document, JsonSerializerOptions.Web), .. "\n\n"u8];
}
