using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Idp.Core;

/// <summary>Writes an id as plain text, also as a property name.</summary>
/// <remarks>
/// Not decoration: System.Text.Json silently reads a read-only struct back as its default value
/// (dotnet/runtime#82929), and Temporal's payloads use System.Text.Json.
/// </remarks>
public sealed class IdJsonConverter<T> : JsonConverter<T>
    where T : struct, IParsable<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString()!);

    private static T Parse(string? text) =>
        T.TryParse(text, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new JsonException($"'{text}' is not a {typeof(T).Name}.");
}
