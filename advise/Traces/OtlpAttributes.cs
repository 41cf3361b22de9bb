using System.Text.Json;

namespace Idp.Advise.Traces;

/// <summary>Attributes of a span or resource in OTLP's JSON encoding.</summary>
internal static class OtlpAttributes
{
    /// <returns>The attribute as text; null when it is not there or not a plain value.</returns>
    /// <param name="owner">A span or a resource.</param>
    public static string? Find(JsonElement owner, string name)
    {
        if (owner.ValueKind is not JsonValueKind.Object || !owner.TryGetProperty("attributes", out var attributes) || attributes.ValueKind is not JsonValueKind.Array)
        {
            return null;
        }

        foreach (var attribute in attributes.EnumerateArray())
        {
            if (attribute.ValueKind is JsonValueKind.Object && attribute.TryGetProperty("key", out var key) && key.ValueKind is JsonValueKind.String && key.ValueEquals(name) && attribute.TryGetProperty("value", out var value))
            {
                return Text(value);
            }
        }

        return null;
    }

    /// <returns>The first of several attributes that is there.</returns>
    public static string? FindFirst(JsonElement owner, IEnumerable<string> names) =>
        names.Select(name => Find(owner, name)).FirstOrDefault(text => !string.IsNullOrEmpty(text));

    // 64-bit integers are strings in OTLP's JSON encoding.
    private static string? Text(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        foreach (var kind in (string[])["stringValue", "intValue", "doubleValue"])
        {
            if (value.TryGetProperty(kind, out var plain))
            {
                return plain.ValueKind is JsonValueKind.String ? plain.GetString() : plain.GetRawText();
            }
        }

        return null;
    }
}
