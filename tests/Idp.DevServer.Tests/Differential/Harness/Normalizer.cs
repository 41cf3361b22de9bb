using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Tests.Differential;

/// <summary>Takes out of a message what differs from run to run even on one server, and nothing else.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>An event's <c>eventTime</c> and <c>taskId</c> are dropped. Its other times become <c>‹event+10s›</c>: how long after the event, to the second.</item>
/// <item>A duration of micro- or nanoseconds was measured (the rest of a back-off); it is rounded up to the second.</item>
/// <item><c>pollerScalingDecision</c> tells a worker about the load of the moment; it is dropped, and so is <c>task_id_block</c>, a lease inside the genuine matching service.</item>
/// <item><c>capabilities</c> and <c>versioning_info</c> of a server tell of features that ours does not have; they are dropped.</item>
/// <item>Any other time becomes <c>‹time›</c>.</item>
/// <item>A UUID (run id, request id, part of a sticky queue's name) becomes <c>‹id 1›</c>, numbered by first appearance, so equal ids stay equal.</item>
/// <item><c>historySizeBytes</c> contains the sizes of ids and times; a positive one becomes <c>‹size›</c>. So does the size of a mutable state.</item>
/// <item><c>stackTrace</c> contains paths of this machine; tokens are opaque; <c>executionDuration</c> and a reset point's times are measured; <c>stateTransitionCount</c> counts a server's own transactions.</item>
/// <item>Pending activities come in the order of a hash map; they are sorted by id.</item>
/// <item>The SDK sends its flags in the order of a hash set; they are sorted. The times in its local activities' markers become <c>‹time›</c>.</item>
/// <item>Protocol Buffers for Go writes a space in its errors now and then as a non-breaking one, lest anyone compare them.</item>
/// <item>Payloads, and the messages in them, are shown as text where they are UTF-8. Keys are sorted: Go sends maps in random order.</item>
/// </list>
/// </remarks>
internal sealed partial class Normalizer
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);

    private static readonly HashSet<string> Dropped = new(StringComparer.Ordinal)
    {
        "eventTime", "taskId", "pollerScalingDecision", "task_id_block", "capabilities", "versioning_info",
    };

    private static readonly Dictionary<string, string> Opaque = new(StringComparer.Ordinal)
    {
        ["historySizeBytes"] = "‹size›",
        ["stackTrace"] = "‹stack›",
        ["taskToken"] = "‹token›",
        ["nextPageToken"] = "‹token›",
        ["stateTransitionCount"] = "‹count›",
        ["conflictToken"] = "‹token›",
        ["executionDuration"] = "‹duration›",
        ["durationMillis"] = "‹duration›",
        ["last_access_time"] = "‹time›",
        ["ownerHostName"] = "‹address›",
        ["createTime"] = "‹time›",
        ["expireTime"] = "‹time›",
    };

    private readonly Dictionary<string, string> _ids = new(StringComparer.OrdinalIgnoreCase);

    public JsonArray History(IEnumerable<HistoryEvent> events) => [.. events.Select(Event)];

    public JsonNode Message(IMessage message) => Clean(JsonNode.Parse(Formatter.Format(message)), null)!;

    /// <summary>Replaces ids and times inside a text, for example what a command line printed.</summary>
    public string Text(string text) =>
        Id().Replace(MarkerTime().Replace(InnerTime().Replace(text.Replace('\u00a0', ' '), "‹time›"), "\"‹time›\""), match => Number(match.Value));

    /// <summary>Cleans JSON that is not a message.</summary>
    public JsonNode? Json(JsonNode? node) => Clean(node, null);

    private JsonNode Event(HistoryEvent historyEvent) =>
        Clean(JsonNode.Parse(Formatter.Format(historyEvent)), historyEvent.EventTime.ToDateTimeOffset())!;

    private JsonNode? Clean(JsonNode? node, DateTimeOffset? eventTime) => node switch
    {
        JsonObject value when IsPayload(value) => Payload(value, eventTime),
        JsonObject value => Object(value, eventTime),
        JsonArray values => new JsonArray([.. values.Select(value => Clean(value, eventTime))]),
        JsonValue value when value.TryGetValue<string>(out var text) => Text(text, eventTime),
        null => null,
        _ => node.DeepClone(),
    };

    private JsonObject Object(JsonObject value, DateTimeOffset? eventTime)
    {
        var clean = new JsonObject();
        foreach (var (key, child) in value.Where(pair => !Dropped.Contains(pair.Key)).OrderBy(pair => pair.Key, KeyOrder))
        {
            clean[Text(key)] = key is "coreUsedFlags" or "langUsedFlags" ? Sorted(child!)
                : key is "pendingActivities" ? ById(child!, eventTime)
                : Opaque.TryGetValue(key, out var placeholder) ? placeholder : Clean(child, eventTime);
        }

        return clean;
    }

    private JsonArray ById(JsonNode activities, DateTimeOffset? eventTime) =>
        [.. activities.AsArray().OrderBy(activity => (string?)activity!["activityId"], StringComparer.Ordinal).Select(activity => Clean(activity, eventTime))];

    private static JsonArray Sorted(JsonNode numbers) => [.. numbers.AsArray().OrderBy(number => number!.GetValue<int>()).Select(number => number!.DeepClone())];

    // The id and type of an event come first, for the reader of a golden file.
    private static readonly Comparer<string> KeyOrder = Comparer<string>.Create((left, right) =>
        (Rank(left), left).CompareTo((Rank(right), right)) is var order && Rank(left) != Rank(right) ? order : string.CompareOrdinal(left, right));

    private static int Rank(string key) => key switch { "eventId" => 0, "eventType" => 1, _ => 2 };

    private static bool IsPayload(JsonObject value) => value["metadata"] is JsonObject metadata && metadata.ContainsKey("encoding");

    private JsonObject Payload(JsonObject value, DateTimeOffset? eventTime)
    {
        var metadata = new JsonObject(value["metadata"]!.AsObject().OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, Bytes(pair.Value, eventTime))));
        var clean = new JsonObject { ["metadata"] = metadata };
        if (value["data"] is { } data)
        {
            clean["data"] = Bytes(data, eventTime);
        }

        return clean;
    }

    private JsonNode? Bytes(JsonNode? base64, DateTimeOffset? eventTime)
    {
        var text = base64!.GetValue<string>();
        try
        {
            return Text(new UTF8Encoding(false, true).GetString(Convert.FromBase64String(text)), eventTime);
        }
        catch (Exception notText) when (notText is FormatException or ArgumentException)
        {
            return text;
        }
    }

    private string Text(string text, DateTimeOffset? eventTime)
    {
        if (OddDuration().IsMatch(text))
        {
            return $"{Seconds(TimeSpan.FromSeconds(double.Parse(text[..^1], CultureInfo.InvariantCulture))):0}s";
        }

        if (!WholeTime().IsMatch(text))
        {
            return Text(text);
        }

        return eventTime is { } start && DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) is { Year: > 1970 } time
            ? $"‹event{Seconds(time - start):+0;-0;+0}s›"
            : "‹time›";
    }

    // A later run of a chain has a little less left than the whole seconds of the first.
    private static double Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds - 0.02);

    private string Number(string id)
    {
        if (!_ids.TryGetValue(id, out var number))
        {
            _ids[id] = number = $"‹id {_ids.Count + 1}›";
        }

        return number;
    }

    [GeneratedRegex("[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}")]
    private static partial Regex Id();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")]
    private static partial Regex WholeTime();

    [GeneratedRegex(@"\{""seconds"":\d+,""nanos"":\d+\}")]
    private static partial Regex MarkerTime();

    [GeneratedRegex(@"^\d+\.\d{6,9}s$")]
    private static partial Regex OddDuration();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")]
    private static partial Regex InnerTime();
}
