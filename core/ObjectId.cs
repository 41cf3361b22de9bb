using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Idp.Core;

/// <summary>Names the unit of placement: all rows of a dataset that share one placement key, for example <c>users/eu-1042</c>.</summary>
/// <remarks>Plain text in JSON and in routes. The key is opaque text and may itself contain slashes.</remarks>
[JsonConverter(typeof(IdJsonConverter<ObjectId>))]
public readonly record struct ObjectId : IParsable<ObjectId>
{
    /// <summary>Longest placement key, in characters.</summary>
    public const int MaxKeyLength = 200;

    private readonly string? _key;

    /// <exception cref="FormatException"><paramref name="key"/> is empty, too long, or has a control character.</exception>
    public ObjectId(DatasetId dataset, string key)
    {
        if (!IsKey(key))
        {
            throw new FormatException(
                $"'{key}' is not a placement key of '{dataset}'; expected 1 to {MaxKeyLength} characters, none of them a control character.");
        }

        Dataset = dataset;
        _key = key;
    }

    public DatasetId Dataset { get; }

    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public string Key => _key ?? throw new InvalidOperationException("This ObjectId was never set.");

    /// <exception cref="FormatException"><paramref name="s"/> is not of the form <c>dataset/key</c>.</exception>
    public static ObjectId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException($"'{s}' is not an object name; expected dataset/key, for example users/eu-1042.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ObjectId result)
    {
        result = default;
        var slash = s?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 1
            || !DatasetId.TryParse(s![..slash], CultureInfo.InvariantCulture, out var dataset)
            || !IsKey(s[(slash + 1)..]))
        {
            return false;
        }

        result = new ObjectId(dataset, s[(slash + 1)..]);
        return true;
    }

    public override string ToString() => _key is null ? string.Empty : $"{Dataset}/{_key}";

    // Control characters separate the entries of the pass that the fence hands to the row trigger.
    private static bool IsKey(string? key) => key is { Length: > 0 and <= MaxKeyLength } && !key.Any(char.IsControl);
}
