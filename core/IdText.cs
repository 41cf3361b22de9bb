using System.Buffers;

namespace Idp.Core;

/// <summary>The character rules that ids share.</summary>
internal static class IdText
{
    public const string NameRule = "1 to 63 characters of a-z, 0-9, '-', '_' or '.', beginning with a letter or digit";

    private const int MaxNameLength = 63; // PostgreSQL's identifier limit, so a name can also be a schema object.
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    public static bool IsName(string? text) =>
        text is { Length: > 0 and <= MaxNameLength }
        && char.IsAsciiLetterOrDigit(text[0])
        && !text.AsSpan().ContainsAnyExcept(NameCharacters);
}
