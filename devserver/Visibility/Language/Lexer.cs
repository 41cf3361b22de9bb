using System.Buffers;
using System.Text;

namespace Idp.DevServer.Visibility.Language;

/// <summary>Cuts a statement into tokens. Works on UTF-8, because complaints count bytes.</summary>
internal sealed class Lexer(string statement)
{
    private const byte Ended = 0;
    private static readonly SearchValues<byte> Hexadecimals = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private readonly byte[] _text = Encoding.UTF8.GetBytes(statement);
    private int _at;
    private int _arguments;

    private bool IsAtEnd => _at >= _text.Length;

    private byte Current => IsAtEnd ? Ended : _text[_at];

    private int Position => Math.Min(_at, _text.Length) + 1;

    public Token Next()
    {
        while (true)
        {
            while (!IsAtEnd && Current is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            {
                _at++;
            }

            if (!TrySkipComment(out var unfinished))
            {
                return unfinished is null ? Scan() : Make(TokenKind.Error, unfinished, isNamed: true);
            }
        }
    }

    private static bool IsLetter(byte value) => char.IsAsciiLetter((char)value) || value is (byte)'_' or (byte)'@';

    private static bool IsDigit(byte value) => char.IsAsciiDigit((char)value);

    private Token Scan()
    {
        if (IsAtEnd)
        {
            return Make(TokenKind.End, string.Empty, isNamed: false);
        }

        var first = Current;
        if (first is (byte)'x' or (byte)'X' or (byte)'b' or (byte)'B' && Peek(1) == '\'')
        {
            return ScanBinary(first is (byte)'x' or (byte)'X' ? TokenKind.Hex : TokenKind.Bits);
        }

        return first switch
        {
            _ when IsLetter(first) => ScanWord(),
            _ when IsDigit(first) || (first == '.' && IsDigit(Peek(1))) => ScanNumber(),
            (byte)'\'' or (byte)'"' => ScanText(first),
            (byte)'`' => ScanQuotedName(),
            (byte)':' => ScanArgument(),
            (byte)'?' => Advance(1, TokenKind.Argument, $":v{++_arguments}", isNamed: true),
            _ => ScanSymbol(),
        };
    }

    private Token ScanSymbol()
    {
        foreach (var (symbol, meaning) in ((string, string)[])
            [("<=>", "<=>"), ("->>", "->>"), ("&&", "and"), ("||", "or"), ("<>", "!="), ("!=", "!="), ("<=", "<="), (">=", ">="), ("<<", "<<"), (">>", ">>"), ("->", "->")])
        {
            if (_text.AsSpan(_at).StartsWith(Encoding.ASCII.GetBytes(symbol)))
            {
                return Advance(symbol.Length, TokenKind.Symbol, meaning, isNamed: false);
            }
        }

        return "=,;()+*%^~&|./-<>!".Contains((char)Current, StringComparison.Ordinal)
            ? Advance(1, TokenKind.Symbol, ((char)Current).ToString(), isNamed: false)
            : Advance(1, TokenKind.Error, Encoding.UTF8.GetString(_text, _at, 1), isNamed: true);
    }

    private Token ScanWord()
    {
        var word = Take(value => IsLetter(value) || IsDigit(value));
        var lowered = word.ToLowerInvariant();
        return Keywords.IsReserved(lowered) ? Make(TokenKind.Keyword, lowered == "rlike" ? "regexp" : lowered, isNamed: true)
            : Make(TokenKind.Identifier, Keywords.IsName(lowered) ? lowered : word, isNamed: true);
    }

    private Token ScanNumber()
    {
        var start = _at;
        var kind = TokenKind.Whole;
        if (Current == '0' && Peek(1) is (byte)'x' or (byte)'X')
        {
            _at += 2;
            Take(Hexadecimals.Contains);
            kind = TokenKind.HexNumber;
        }
        else
        {
            Take(IsDigit);
            if (Current == '.')
            {
                _at++;
                Take(IsDigit);
                kind = TokenKind.Fraction;
            }

            if (Current is (byte)'e' or (byte)'E')
            {
                _at += Peek(1) is (byte)'+' or (byte)'-' ? 2 : 1;
                Take(IsDigit);
                kind = TokenKind.Fraction;
            }
        }

        return Make(IsLetter(Current) ? TokenKind.Error : kind, Encoding.UTF8.GetString(_text, start, _at - start), isNamed: true);
    }

    private Token ScanText(byte quote)
    {
        var read = new List<byte>();
        for (_at++; !IsAtEnd; _at++)
        {
            if (Current == '\\')
            {
                _at++;
                if (IsAtEnd)
                {
                    break;
                }

                read.Add(Unescaped(Current));
            }
            else if (Current != quote)
            {
                read.Add(Current);
            }
            else if (Peek(1) == quote)
            {
                read.Add(quote);
                _at++;
            }
            else
            {
                _at++;
                return Make(TokenKind.Text, Encoding.UTF8.GetString([.. read]), isNamed: true);
            }
        }

        return Make(TokenKind.Error, Encoding.UTF8.GetString([.. read]), isNamed: true);
    }

    private static byte Unescaped(byte letter) => letter switch
    {
        (byte)'0' => 0,
        (byte)'b' => (byte)'\b',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'Z' => 26,
        _ => letter,
    };

    private Token ScanQuotedName()
    {
        var read = new List<byte>();
        for (_at++; !IsAtEnd; _at++)
        {
            if (Current == '`' && Peek(1) != '`')
            {
                _at++;
                return Make(read.Count > 0 ? TokenKind.Identifier : TokenKind.Error, Encoding.UTF8.GetString([.. read]), isNamed: true);
            }

            _at += Current == '`' ? 1 : 0;
            read.Add(Current);
        }

        return Make(TokenKind.Error, Encoding.UTF8.GetString([.. read]), isNamed: true);
    }

    private Token ScanBinary(TokenKind kind)
    {
        _at += 2;
        var digits = Take(kind == TokenKind.Hex ? Hexadecimals.Contains : value => value is (byte)'0' or (byte)'1');
        if (Current != '\'')
        {
            return Make(TokenKind.Error, digits, isNamed: true);
        }

        _at++;
        return Make(kind == TokenKind.Hex && digits.Length % 2 != 0 ? TokenKind.Error : kind, digits, isNamed: true);
    }

    private Token ScanArgument()
    {
        var kind = Peek(1) == ':' ? TokenKind.ListArgument : TokenKind.Argument;
        var colons = kind == TokenKind.ListArgument ? "::" : ":";
        _at += colons.Length;
        return IsLetter(Current)
            ? Make(kind, colons + Take(value => IsLetter(value) || IsDigit(value) || value == '.'), isNamed: true)
            : Make(TokenKind.Error, colons, isNamed: true);
    }

    /// <param name="unfinished">A comment that never ends, as far as it goes.</param>
    private bool TrySkipComment(out string? unfinished)
    {
        unfinished = null;
        var rest = _text.AsSpan(Math.Min(_at, _text.Length));
        if (rest.StartsWith("#"u8) || rest.StartsWith("--"u8) || rest.StartsWith("//"u8))
        {
            var line = rest.IndexOf((byte)'\n');
            _at = line < 0 ? _text.Length : _at + line + 1;
            return true;
        }

        if (!rest.StartsWith("/*"u8))
        {
            return false;
        }

        var end = rest[2..].IndexOf("*/"u8);
        if (end < 0)
        {
            unfinished = Encoding.UTF8.GetString(rest);
            _at = _text.Length;
            return false;
        }

        _at += 2 + end + 2;
        return true;
    }

    private byte Peek(int distance) => _at + distance < _text.Length ? _text[_at + distance] : Ended;

    private string Take(Func<byte, bool> belongs)
    {
        var start = _at;
        while (!IsAtEnd && belongs(Current))
        {
            _at++;
        }

        return Encoding.UTF8.GetString(_text, start, _at - start);
    }

    private Token Advance(int bytes, TokenKind kind, string text, bool isNamed)
    {
        _at += bytes;
        return Make(kind, text, isNamed);
    }

    private Token Make(TokenKind kind, string text, bool isNamed) => new(kind, text, Position, isNamed);
}
