using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Idp.Core.Value;

/// <summary>Names what earns revenue and pays for its data, for example <c>checkout</c>.</summary>
/// <remarks>Plain text in JSON and in price reports: 1 to 63 characters a-z, 0-9, '-', '_' or '.'.</remarks>
[JsonConverter(typeof(IdJsonConverter<ServiceId>))]
public readonly record struct ServiceId : IParsable<ServiceId>
{
    private readonly string? _text;

    private ServiceId(string text) => _text = text;

    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public string Value => _text ?? throw new InvalidOperationException("This ServiceId was never set.");

    /// <exception cref="FormatException"><paramref name="s"/> is not such a name.</exception>
    public static ServiceId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException($"'{s}' is not a service name; expected {IdText.NameRule}.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ServiceId result)
    {
        var valid = IdText.IsName(s);
        result = valid ? new ServiceId(s!) : default;
        return valid;
    }

    public override string ToString() => _text ?? string.Empty;
}
