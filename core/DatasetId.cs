using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Idp.Core;

/// <summary>Names what one intent declares, for example <c>users</c>.</summary>
/// <remarks>Plain text in JSON, in SQL and in routes: 1 to 63 characters a-z, 0-9, '-', '_' or '.'.</remarks>
[JsonConverter(typeof(IdJsonConverter<DatasetId>))]
public readonly record struct DatasetId : IParsable<DatasetId>
{
    private readonly string? _text;

    private DatasetId(string text) => _text = text;

    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public string Value => _text ?? throw new InvalidOperationException("This DatasetId was never set.");

    /// <exception cref="FormatException"><paramref name="s"/> is not such a name.</exception>
    public static DatasetId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException($"'{s}' is not a dataset name; expected {IdText.NameRule}.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DatasetId result)
    {
        var valid = IdText.IsName(s);
        result = valid ? new DatasetId(s!) : default;
        return valid;
    }

    public override string ToString() => _text ?? string.Empty;
}
