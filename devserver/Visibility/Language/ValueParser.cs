using System.Collections.Frozen;

namespace Idp.DevServer.Visibility.Language;

/// <summary>Reads one side of a comparison: a name, a value, or SQL that is refused later.</summary>
internal sealed class ValueParser(Parser parser)
{
    /// <summary>How tightly an operator binds.</summary>
    private static readonly FrozenDictionary<string, int> Binding = new Dictionary<string, int>
    {
        ["|"] = 1, ["&"] = 2, ["<<"] = 3, [">>"] = 3, ["+"] = 4, ["-"] = 4, ["*"] = 5, ["/"] = 5, ["div"] = 5, ["%"] = 5, ["mod"] = 5, ["^"] = 6,
    }.ToFrozenDictionary();

    public Expression Parse() => parser.Nested(() => ParseBinary(0));

    private Expression ParseBinary(int atLeast)
    {
        var left = ParseUnary();
        while (parser.Current.Kind is TokenKind.Symbol or TokenKind.Keyword
            && Binding.TryGetValue(parser.Current.Text, out var binding) && binding > atLeast)
        {
            var operation = parser.Advance().Text;
            left = new ForeignExpression("*sqlparser.BinaryExpr", $"{left.Text} {operation} {ParseBinary(binding).Text}");
        }

        return left;
    }

    private Expression ParseUnary()
    {
        if (parser.Current.Kind is TokenKind.Symbol && parser.Current.Text is "+" or "-" or "~" or "!")
        {
            var operation = parser.Advance().Text;
            var inner = parser.Nested(ParseUnary);
            return inner is LiteralExpression { Kind: TokenKind.Whole } number && operation is "+" or "-"
                ? operation == "+" ? inner : Negated(number)
                : new UnaryExpression(operation, inner);
        }

        if (parser.TryTake("binary") || parser.TryTake("_binary"))
        {
            return new UnaryExpression("binary ", parser.Nested(ParseUnary));
        }

        var value = ParsePrimary();
        if (parser.TryTake("collate"))
        {
            value = new ForeignExpression("*sqlparser.CollateExpr", $"{value.Text} collate {TakeAlias().Text}");
        }

        return value;
    }

    private static LiteralExpression Negated(LiteralExpression number) =>
        number with { Value = number.Value.StartsWith('-') ? number.Value[1..] : "-" + number.Value };

    private Expression ParsePrimary()
    {
        var token = parser.Current;
        switch (token.Kind)
        {
            case TokenKind.Text or TokenKind.Whole or TokenKind.Fraction or TokenKind.Hex or TokenKind.HexNumber or TokenKind.Bits or TokenKind.Argument:
                return new LiteralExpression(token.Kind, parser.Advance().Text);
            case TokenKind.Identifier:
                return ParseName();
            case TokenKind.Symbol when parser.TryTake("("):
                return parser.Current.Is("select") ? parser.ParseSubquery() : parser.Nested(ParseParentheses);
            case TokenKind.Keyword:
                return ParseKeyword();
            default:
                throw token.Unexpected();
        }
    }

    private Expression ParseParentheses()
    {
        var items = parser.ParseItems();
        return items.Count == 1 ? new ParenthesesExpression(items[0]) : new TupleExpression(items);
    }

    private Expression ParseName()
    {
        var name = parser.Advance().Text;
        for (var parts = 1; parts < 3 && parser.TryTake("."); parts++)
        {
            if (parser.Current.Kind is not (TokenKind.Identifier or TokenKind.Keyword))
            {
                throw parser.Current.Unexpected();
            }

            name += "." + parser.Advance().Text;
        }

        if (parser.TryTake("("))
        {
            return ParseCall(name);
        }

        if (parser.TryTake("->") || parser.TryTake("->>"))
        {
            return new ForeignExpression("*sqlparser.BinaryExpr", $"{name} -> {ParsePrimary().Text}");
        }

        return new ColumnExpression(name);
    }

    private Expression ParseKeyword()
    {
        var token = parser.Current;
        switch (token.Text)
        {
            case "true" or "false":
                return new TruthExpression(parser.Advance().Text == "true");
            case "null":
                parser.Advance();
                return new ForeignExpression("*sqlparser.NullVal", "null");
            case "if" or "left" or "right" or "mod" or "replace" or "database":
                parser.Advance();
                parser.Expect("(");
                return ParseCall(token.Text);
            case "current_timestamp" or "current_date" or "current_time" or "localtime" or "localtimestamp" or "utc_date" or "utc_time" or "utc_timestamp":
                parser.Advance();
                if (parser.TryTake("("))
                {
                    parser.Expect(")");
                }

                return new ForeignExpression("*sqlparser.FuncExpr", $"{token.Text}()");
            case "group_concat":
                parser.Advance();
                parser.Expect("(");
                ParseCall(token.Text);
                return new ForeignExpression("*sqlparser.GroupConcatExpr", "group_concat()");
            case "case":
                parser.Advance();
                return ParseCase();
            default:
                throw token.Unexpected();
        }
    }

    /// <summary>The arguments of a function whose parenthesis has just been opened.</summary>
    private ForeignExpression ParseCall(string name)
    {
        parser.TryTake("distinct");
        var arguments = parser.Current.Is(")") ? [] : parser.Nested(() => parser.ParseList(ParseArgument));
        parser.Expect(")");
        return new ForeignExpression("*sqlparser.FuncExpr", $"{name}({string.Join(", ", arguments.Select(argument => argument.Text))})");
    }

    private Expression ParseArgument()
    {
        if (parser.TryTake("*"))
        {
            return new ForeignExpression("*sqlparser.StarExpr", "*");
        }

        var argument = parser.ParseExpression();
        if (parser.TryTake("as") || IsAlias(parser.Current))
        {
            TakeAlias();
        }

        return argument;
    }

    private Token TakeAlias() => IsAlias(parser.Current) ? parser.Advance() : throw parser.Current.Unexpected();

    private static bool IsAlias(Token token) => token.Kind == TokenKind.Text || (token.Kind == TokenKind.Identifier && !Keywords.IsName(token.Text));

    private ForeignExpression ParseCase()
    {
        if (!parser.Current.Is("when"))
        {
            parser.ParseExpression();
        }

        do
        {
            parser.Expect("when");
            parser.ParseExpression();
            parser.Expect("then");
            parser.ParseExpression();
        }
        while (parser.Current.Is("when"));

        if (parser.TryTake("else"))
        {
            parser.ParseExpression();
        }

        parser.Expect("end");
        return new ForeignExpression("*sqlparser.CaseExpr", "case");
    }
}
