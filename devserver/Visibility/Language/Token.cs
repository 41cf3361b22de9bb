namespace Idp.DevServer.Visibility.Language;

/// <param name="Text">What was read: names as written, keywords and symbols in lower case, texts without quotes and escapes.</param>
/// <param name="Position">Bytes of the statement that had been read when the token ended; counted as the genuine server does.</param>
/// <param name="IsNamed">Whether the genuine server repeats the token in a complaint about it.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Position, bool IsNamed)
{
    public bool Is(string symbolOrKeyword) => Kind is TokenKind.Symbol or TokenKind.Keyword && Text == symbolOrKeyword;

    public QueryException Unexpected() => QueryException.Malformed(
        IsNamed && Text.Length > 0 ? $"syntax error at position {Position} near '{Text}'" : $"syntax error at position {Position}");
}
