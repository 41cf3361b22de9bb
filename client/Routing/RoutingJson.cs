using System.Text.Json;

namespace Idp.Client;

/// <summary>Routing documents as the control plane writes them.</summary>
internal static class RoutingJson
{
    public static byte[] Write(RoutingDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, JsonSerializerOptions.Web);

    /// <exception cref="JsonException">This is not a routing document.</exception>
    public static RoutingDocument Read(ReadOnlySpan<byte> utf8)
    {
        var document = JsonSerializer.Deserialize<RoutingDocument>(utf8, JsonSerializerOptions.Web);
        return document is { Routes.IsDefault: false, BirthRegions.IsDefault: false }
            ? document
            : throw new JsonException("A routing document needs 'routes' and 'birthRegions'.");
    }
}
