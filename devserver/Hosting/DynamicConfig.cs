using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Idp.DevServer.Hosting;

/// <summary>Settings of <c>--dynamic-config-value</c>, by the genuine server's keys; a key that this server does not know has no effect.</summary>
internal sealed class DynamicConfig(IEnumerable<KeyValuePair<string, JsonElement>> values)
{
    // The genuine server does not tell cases apart; the last value of a key wins.
    private readonly FrozenDictionary<string, JsonElement> _values = values
        .GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(group => group.Key, group => group.Last().Value, StringComparer.OrdinalIgnoreCase);

    public static DynamicConfig Empty { get; } = new([]);

    /// <exception cref="FormatException">The text has no <c>=</c>, or its value is not JSON.</exception>
    public static KeyValuePair<string, JsonElement> Parse(string text)
    {
        var (key, value) = KeyValueText.Split(text);
        try
        {
            using var json = JsonDocument.Parse(value);
            return new(key, json.RootElement.Clone());
        }
        catch (JsonException malformed)
        {
            throw new FormatException($"invalid JSON value for key \"{key}\": {malformed.Message}", malformed);
        }
    }

    public int Int(string key, int fallback) =>
        _values.TryGetValue(key, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) ? number : fallback;

    public bool Bool(string key, bool fallback) =>
        _values.TryGetValue(key, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : fallback;

    /// <summary>Reads a number of seconds, or a text such as <c>90s</c>, <c>15m</c>, <c>24h</c>.</summary>
    public TimeSpan Duration(string key, TimeSpan fallback) => _values.TryGetValue(key, out var value) ? Read(value) ?? fallback : fallback;

    private static TimeSpan? Read(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Number)
        {
            return TimeSpan.FromSeconds(value.GetDouble());
        }

        if (value.ValueKind is not JsonValueKind.String || value.GetString() is not { Length: > 1 } text)
        {
            return null;
        }

        var (unit, digits) = text.EndsWith("ms", StringComparison.Ordinal)
            ? (TimeSpan.FromMilliseconds(1), text[..^2])
            : (Unit(text[^1]), text[..^1]);
        return unit is { } u && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var count) ? u * count : null;
    }

    private static TimeSpan? Unit(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
