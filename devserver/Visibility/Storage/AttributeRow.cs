using System.Text.Json;
using Idp.DevServer.Visibility.Conditions;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Visibility.Storage;

/// <summary>One value of one search attribute, as it is compared.</summary>
/// <param name="Text">What a text index reads; the value itself is then empty.</param>
internal sealed record AttributeRow(string Name, object Value, string? Text = null)
{
    /// <summary>Reads what a run carries. A list gives a row for each element, an unset attribute none.</summary>
    public static IEnumerable<AttributeRow> Read(SearchAttributes? attributes, IReadOnlyDictionary<string, IndexedValueType> types)
    {
        foreach (var (name, payload) in attributes?.IndexedFields ?? [])
        {
            if (payload.Data.IsEmpty || !types.TryGetValue(name, out var type) || ConditionSql.Columns.ContainsKey(name))
            {
                continue;
            }

            foreach (var row in ReadPayload(name, type, payload))
            {
                yield return row;
            }
        }
    }

    /// <summary>How an element of a keyword list is compared: without regard to case.</summary>
    public static object Folded(string element) => element.ToLowerInvariant();

    /// <summary>Reads one attribute. What is no JSON cannot be searched, yet must not stop the run that carries it.</summary>
    private static List<AttributeRow> ReadPayload(string name, IndexedValueType type, Payload payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload.Data.Memory);
            JsonElement[] elements = json.RootElement.ValueKind == JsonValueKind.Array ? [.. json.RootElement.EnumerateArray()] : [json.RootElement];
            return [.. elements.Select(element => ReadValue(name, type, element)).OfType<AttributeRow>()];
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private static AttributeRow? ReadValue(string name, IndexedValueType type, JsonElement json) => (type, json.ValueKind) switch
    {
        (IndexedValueType.Bool, JsonValueKind.True or JsonValueKind.False) => new(name, json.GetBoolean()),
        (IndexedValueType.Int, JsonValueKind.Number) when json.TryGetInt64(out var whole) => new(name, whole),
        (IndexedValueType.Int or IndexedValueType.Double, JsonValueKind.Number) => new(name, json.GetDouble()),
        (IndexedValueType.Datetime, JsonValueKind.String) when TimeText.Parse(json.GetString()!) is { } time => new(name, time),
        (IndexedValueType.Keyword, JsonValueKind.String) => new(name, json.GetString()!),
        (IndexedValueType.KeywordList, JsonValueKind.String) => new(name, Folded(json.GetString()!)),
        (IndexedValueType.Text, JsonValueKind.String) => new(name, string.Empty, json.GetString()),
        _ => null,
    };
}
