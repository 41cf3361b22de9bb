using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Idp.Core;

/// <summary>Names one evacuation of a region, for example <c>e-3f9a1c0b7e2d</c>.</summary>
/// <remarks>Plain text in JSON and in SQL: <c>e-</c> and characters a-z, 0-9, '-', '_' or '.'; at most 63 in all.</remarks>
[JsonConverter(typeof(IdJsonConverter<EvacuationId>))]
public readonly record struct EvacuationId : IParsable<EvacuationId>
{
    private const string Prefix = "e-";

    private readonly string? _text;

    private EvacuationId(string text) => _text = text;

    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public string Value => _text ?? throw new InvalidOperationException("This EvacuationId was never set.");

    /// <exception cref="FormatException"><paramref name="s"/> is not such a name.</exception>
    public static EvacuationId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException($"'{s}' is not an evacuation's name; expected '{Prefix}' and {IdText.NameRule}.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out EvacuationId result)
    {
        var valid = IdText.IsName(s) && s!.Length > Prefix.Length && s.StartsWith(Prefix, StringComparison.Ordinal);
        result = valid ? new EvacuationId(s!) : default;
        return valid;
    }

    public override string ToString() => _text ?? string.Empty;
}
