using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Idp.Core;

/// <summary>Names one migration, for example <c>m-3f9a1c0b7e2d</c>.</summary>
/// <remarks>Plain text in JSON, in SQL and in routes: 1 to 63 characters a-z, 0-9, '-', '_' or '.'.</remarks>
[JsonConverter(typeof(IdJsonConverter<MigrationId>))]
public readonly record struct MigrationId : IParsable<MigrationId>
{
    private readonly string? _text;

    private MigrationId(string text) => _text = text;

    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public string Value => _text ?? throw new InvalidOperationException("This MigrationId was never set.");

    /// <exception cref="FormatException"><paramref name="s"/> is not such a name.</exception>
    public static MigrationId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException($"'{s}' is not a migration name; expected {IdText.NameRule}.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MigrationId result)
    {
        var valid = IdText.IsName(s);
        result = valid ? new MigrationId(s!) : default;
        return valid;
    }

    public override string ToString() => _text ?? string.Empty;
}
