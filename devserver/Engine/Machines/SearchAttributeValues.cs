using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Search attributes that the server itself gives to a run.</summary>
internal static class SearchAttributeValues
{
    private const string Keyword = "Keyword";
    private const string KeywordList = "KeywordList";

    /// <returns>The words of a list; none when the attribute is not set.</returns>
    public static string[] Words(SearchAttributes? attributes, string name) =>
        attributes?.IndexedFields.TryGetValue(name, out var payload) == true ? JsonSerializer.Deserialize<string[]>(payload.Data.Span) ?? [] : [];

    public static void Set(Transition t, string name, string[] words) => Change(t, name, Value(JsonSerializer.Serialize(words), KeywordList));

    public static void Set(Transition t, string name, string word) => Change(t, name, Value(JsonSerializer.Serialize(word), Keyword));

    public static void Remove(Transition t, string name) => Change(t, name, null);

    private static Payload Value(string json, string type) => new()
    {
        Metadata =
        {
            ["encoding"] = ByteString.CopyFromUtf8("json/plain"),
            ["type"] = ByteString.CopyFromUtf8(type),
        },
        Data = ByteString.CopyFromUtf8(json),
    };

    private static void Change(Transition t, string name, Payload? value)
    {
        var attributes = t.State.SearchAttributes?.Clone() ?? new SearchAttributes();
        if (value is null)
        {
            attributes.IndexedFields.Remove(name);
        }
        else
        {
            attributes.IndexedFields[name] = value;
        }

        // Attributes without any count as none.
        t.State.SearchAttributes = attributes.IndexedFields.Count == 0 ? null : attributes;
        t.IsVisibilityChanged = true;
    }
}
