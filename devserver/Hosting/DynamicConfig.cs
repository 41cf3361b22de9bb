using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Idp.DevServer.Hosting;

/// <summary>Settings of <c>--dynamic-config-value</c>, by the genuine server's keys.</summary>
/// <remarks>Whoever has a setting asks for it once, at start; what nobody has asked for then has no effect here.</remarks>
internal sealed class DynamicConfig(IEnumerable<KeyValuePair<string, JsonElement>> values)
{
    // The genuine server does not tell cases apart; the last value of a key wins.
    private readonly FrozenDictionary<string, JsonElement> _values = values
        .GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(group => group.Key, group => group.Last().Value, StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string> _asked = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _unfit = new(StringComparer.OrdinalIgnoreCase);

    public static DynamicConfig Empty { get; } = new([]);

    /// <summary>Keys that nothing here has a use for.</summary>
    public IEnumerable<string> Unknown => _values.Keys.Except(_asked, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal);

    /// <summary>Keys whose values are of another type, with the type they must have; their defaults apply.</summary>
    public IReadOnlyDictionary<string, string> Unfit => _unfit;

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

    public int Int(string key, int fallback) => Read(
        key, fallback, "int", value => value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null);

    public double Float(string key, double fallback) => Read<double>(
        key, fallback, "float64", value => value.ValueKind is JsonValueKind.Number ? value.GetDouble() : null);

    public bool Bool(string key, bool fallback) => Read<bool>(
        key, fallback, "bool", value => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null);

    /// <summary>Reads a number of seconds, or a text such as <c>90s</c>, <c>15m</c>, <c>24h</c>.</summary>
    public TimeSpan Duration(string key, TimeSpan fallback) => Read(key, fallback, "duration", Duration);

    /// <summary>Reads a list; one entry that does not fit makes the whole list unfit.</summary>
    public IReadOnlyList<T> List<T>(string key, Func<JsonElement, T?> read)
        where T : struct
    {
        var entries = new List<T>();
        Read(key, false, "list", value =>
        {
            if (value.ValueKind is not JsonValueKind.Array)
            {
                return null;
            }

            foreach (var entry in value.EnumerateArray().Select(read))
            {
                if (entry is null)
                {
                    entries.Clear();
                    return null;
                }

                entries.Add(entry.Value);
            }

            return true;
        });
        return entries;
    }

    private T Read<T>(string key, T fallback, string type, Func<JsonElement, T?> read)
        where T : struct
    {
        // The shared empty one is never told apart by what it was asked for.
        if (_values.Count == 0)
        {
            return fallback;
        }

        _asked.Add(key);
        if (!_values.TryGetValue(key, out var value))
        {
            return fallback;
        }

        if (read(value) is { } fit)
        {
            return fit;
        }

        _unfit[key] = type;
        return fallback;
    }

    private static TimeSpan? Duration(JsonElement value)
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
