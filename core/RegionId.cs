using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Idp.Core;

/// <summary>Names a region, for example <c>eu-west-1</c>.</summary>
/// <remarks>Plain text in JSON, in SQL and in routes: 1 to 63 characters a-z, 0-9, '-', '_' or '.'.</remarks>
[JsonConverter(typeof(IdJsonConverter<RegionId>))]
public readonly record struct RegionId : IParsable<RegionId>
{
    private readonly string? _text;

    private RegionId(string text) => _text = text;

    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public string Value => _text ?? throw new InvalidOperationException("This RegionId was never set.");

    /// <exception cref="FormatException"><paramref name="s"/> is not such a name.</exception>
    public static RegionId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException($"'{s}' is not a region name; expected {IdText.NameRule}.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RegionId result)
    {
        var valid = IdText.IsName(s);
        result = valid ? new RegionId(s!) : default;
        return valid;
    }

    public override string ToString() => _text ?? string.Empty;
}
