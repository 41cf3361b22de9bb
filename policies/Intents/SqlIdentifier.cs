using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Idp.Policies.Intents;

/// <summary>The names of schemas, tables and columns that are accepted.</summary>
internal static class SqlIdentifier
{
    public const string Rule = "1 to 63 characters of A-Z, a-z, 0-9, '_' or '$', beginning with a letter or '_'";

    private const int MaxLength = 63; // PostgreSQL cuts longer ones, in silence.

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$");

    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxLength }
        && (char.IsAsciiLetter(text[0]) || text[0] == '_')
        && !text.AsSpan().ContainsAnyExcept(Characters);
}
