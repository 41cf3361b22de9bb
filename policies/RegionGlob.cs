using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using System.Text.Json.Serialization;
using Idp.Core;

namespace Idp.Policies;

/// <summary>A region's name, or a pattern of names such as <c>us-*</c>.</summary>
/// <remarks>A star stands for any characters, also for none; every other character for itself. Plain text in JSON.</remarks>
[JsonConverter(typeof(IdJsonConverter<RegionGlob>))]
public readonly record struct RegionGlob : IParsable<RegionGlob>
{
    internal const string Rule = "1 to 63 characters of a-z, 0-9, '-', '_', '.' or '*'";

    private const int MaxLength = 63;
    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.*");
    private readonly string? _text;

    private RegionGlob(string text) => _text = text;

    /// <exception cref="InvalidOperationException">The glob was never set.</exception>
    public string Value => _text ?? throw new InvalidOperationException("This RegionGlob was never set.");

    /// <summary>Whether it is a single name, without a star.</summary>
    public bool IsName => !Value.Contains('*', StringComparison.Ordinal);

    /// <exception cref="FormatException"><paramref name="s"/> is not such a pattern.</exception>
    public static RegionGlob Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var glob)
            ? glob
            : throw new FormatException($"'{s}' is not a region name or glob; expected {Rule}.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RegionGlob result)
    {
        var valid = s is { Length: > 0 and <= MaxLength } && !s.AsSpan().ContainsAnyExcept(Characters);
        result = valid ? new RegionGlob(s!) : default;
        return valid;
    }

    public bool Matches(RegionId region) =>
        FileSystemName.MatchesSimpleExpression(Value, region.Value, ignoreCase: false);

    public override string ToString() => _text ?? string.Empty;
}
