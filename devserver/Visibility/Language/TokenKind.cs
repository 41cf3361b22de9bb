namespace Idp.DevServer.Visibility.Language;

internal enum TokenKind
{
    End,
    Error,
    Identifier,
    Keyword,
    Text,
    Whole,
    Fraction,
    Hex,
    HexNumber,
    Bits,
    Argument,
    ListArgument,
    Symbol,
}
