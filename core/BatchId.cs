using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Idp.Core;

/// <summary>Names a group of objects that travel in one saga, for example <c>b-3f9a1c0b7e2d</c>.</summary>
/// <remarks>Plain text in JSON, in SQL and in routes: <c>b-</c> and 1 to 40 characters a-z, 0-9, '-', '_' or '.'.</remarks>
[JsonConverter(typeof(IdJsonConverter<BatchId>))]
public readonly record struct BatchId : IParsable<BatchId>
{
    private const string Prefix = "b-";
    private const int MaxLength = 42; // Leaves room for the members' own names, which are made from it.

    private readonly string? _text;

    private BatchId(string text) => _text = text;

    /// <exception cref="InvalidOperationException">The id was never set.</exception>
    public string Value => _text ?? throw new InvalidOperationException("This BatchId was never set.");

    /// <exception cref="FormatException"><paramref name="s"/> is not such a name.</exception>
    public static BatchId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException($"'{s}' is not a batch name; expected '{Prefix}' and {IdText.NameRule}, {MaxLength} in all.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out BatchId result)
    {
        var valid = s is { Length: > 2 and <= MaxLength } && s.StartsWith(Prefix, StringComparison.Ordinal) && IdText.IsName(s[Prefix.Length..]);
        result = valid ? new BatchId(s!) : default;
        return valid;
    }

    /// <summary>The migration that carries one of its members; the same ordinal always gives the same name.</summary>
    public MigrationId Member(int ordinal) => MigrationId.Parse(FormattableString.Invariant($"m-{Value[Prefix.Length..]}-{ordinal:000}"));

    public override string ToString() => _text ?? string.Empty;
}
