using System.Text.Json.Nodes;

namespace Idp.DevServer.Tests.Differential;

/// <summary>Says where two transcripts differ, one line for each place.</summary>
internal static class JsonDifference
{
    private const string Absent = "nothing";

    public static IEnumerable<string> Between(JsonNode? expected, JsonNode? actual, string path = "") => (expected, actual) switch
    {
        (JsonObject left, JsonObject right) => left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key), StringComparer.Ordinal)
            .SelectMany(key => Between(left[key], right[key], $"{path}.{key}")),
        (JsonArray left, JsonArray right) => Between(left, right, path),
        _ when JsonNode.DeepEquals(expected, actual) => [],
        _ => [$"{path}: expected {Show(expected)}, got {Show(actual)}"],
    };

    private static IEnumerable<string> Between(JsonArray left, JsonArray right, string path)
    {
        // One event too many would make every later one differ; the two outlines say it shorter.
        var (expected, actual) = (Outline(left), Outline(right));
        if (expected != actual)
        {
            yield return $"{path}: expected {expected}, got {actual}";
        }

        var count = expected == actual ? left.Count : Enumerable.Range(0, Math.Min(left.Count, right.Count)).TakeWhile(i => Title(left[i]) == Title(right[i])).Count();
        foreach (var line in Enumerable.Range(0, count).SelectMany(i => Between(left[i], right[i], $"{path}[{i + 1}]")))
        {
            yield return line;
        }
    }

    private static string Outline(JsonArray array) => $"[{string.Join(", ", array.Select(Title))}]";

    private static string Title(JsonNode? node) => node is JsonObject item && item["eventType"] is { } type ? type.GetValue<string>() : "·";

    private static string Show(JsonNode? node) => node?.ToJsonString(Golden.Compact) ?? Absent;
}
