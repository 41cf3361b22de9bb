namespace Idp.DevServer.Visibility.Language;

/// <summary>Reads a query: the conditions and clauses of an SQL statement.</summary>
/// <remarks>
/// The genuine server puts the query behind the head of a statement and gives that to an SQL parser of MySQL's dialect. So do we: positions
/// in complaints count from the head, and SQL that no query may use must still parse, because it is refused in other words.
/// </remarks>
internal sealed class Parser
{
    private const string Head = "select * from table1 ";
    private const int MaxDepth = 200;

    private readonly Lexer _lexer;
    private Token _token;
    private int _depth;

    private Parser(string statement)
    {
        _lexer = new Lexer(statement);
        _token = _lexer.Next();
    }

    /// <exception cref="QueryException">The query is no SQL.</exception>
    public static Statement Parse(string query)
    {
        var where = query.Trim();
        var isClause = where.StartsWith("order by", StringComparison.OrdinalIgnoreCase) || where.StartsWith("group by", StringComparison.OrdinalIgnoreCase);
        return new Parser(Head + (where.Length == 0 || isClause ? where : "where " + where)).ParseStatement();
    }

    private Statement ParseStatement()
    {
        foreach (var word in (string[])["select", "*", "from"])
        {
            Expect(word);
        }

        Advance();
        var where = TryTake("where") ? ParseOr() : null;
        var groupBy = TryTakeBy("group") ? ParseList(ParseOr) : [];
        if (TryTake("having"))
        {
            ParseOr();
        }

        var orderBy = TryTakeBy("order") ? ParseList(ParseOrder) : [];
        var hasLimit = TryTake("limit");
        if (hasLimit)
        {
            ParseOr();
            if (TryTake(",") || TryTakeName("offset"))
            {
                ParseOr();
            }
        }

        SkipLock();
        TryTake(";");
        return _token.Kind == TokenKind.End ? new Statement(where, groupBy, orderBy, hasLimit) : throw _token.Unexpected();
    }

    private void SkipLock()
    {
        if (TryTake("for"))
        {
            Expect("update");
        }
        else if (TryTake("lock"))
        {
            Expect("in");
            ExpectName("share");
            ExpectName("mode");
        }
    }

    private Expression ParseOrder()
    {
        var expression = ParseOr();
        if (!TryTake("asc"))
        {
            TryTake("desc");
        }

        return expression;
    }

    private Expression ParseOr()
    {
        var left = ParseAnd();
        while (TryTake("or"))
        {
            left = new OrExpression(left, ParseAnd());
        }

        return left;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        while (TryTake("and"))
        {
            left = new AndExpression(left, ParseNot());
        }

        return left;
    }

    private Expression ParseNot() => TryTake("not") ? Nested(() => new NotExpression(ParseNot())) : ParseIs();

    private Expression ParseIs()
    {
        var expression = TryTake("default") ? ParseDefault() : ParseCondition();
        while (TryTake("is"))
        {
            var not = TryTake("not") ? "not " : string.Empty;
            if (!_token.Is("null") && !_token.Is("true") && !_token.Is("false"))
            {
                throw _token.Unexpected();
            }

            expression = new IsExpression(expression, not + Advance().Text);
        }

        return expression;
    }

    private Expression ParseCondition()
    {
        if (TryTake("exists"))
        {
            Expect("(");
            return new ForeignExpression("*sqlparser.ExistsExpr", $"exists {ParseSubquery().Text}");
        }

        var left = ParseValue();
        if (_token.Kind == TokenKind.Symbol && _token.Text is "=" or "<" or ">" or "<=" or ">=" or "!=" or "<=>")
        {
            return new ComparisonExpression(left, Advance().Text, ParseValue());
        }

        var not = TryTake("not") ? "not " : string.Empty;
        if (TryTake("in"))
        {
            return new ComparisonExpression(left, not + "in", ParseTuple());
        }

        if (TryTake("between"))
        {
            var from = ParseValue();
            Expect("and");
            return new RangeExpression(left, not.Length > 0, from, ParseValue());
        }

        if (_token.Is("like") || _token.Is("regexp") || _token.Is("starts_with"))
        {
            var comparison = new ComparisonExpression(left, not + Advance().Text, ParseValue());
            if (comparison.Operator.EndsWith("like", StringComparison.Ordinal) && TryTake("escape"))
            {
                ParseValue();
            }

            return comparison;
        }

        return not.Length == 0 ? left : throw _token.Unexpected();
    }

    private Expression ParseTuple()
    {
        if (_token.Kind == TokenKind.ListArgument)
        {
            return new ForeignExpression("sqlparser.ListArg", Advance().Text);
        }

        Expect("(");
        return _token.Is("select") ? ParseSubquery() : Nested(() => new TupleExpression(ParseItems()));
    }

    private Expression ParseValue() => new ValueParser(this).Parse();

    private ForeignExpression ParseDefault()
    {
        if (TryTake("("))
        {
            Advance();
            Expect(")");
        }

        return new ForeignExpression("*sqlparser.Default", "default");
    }

    internal Token Current => _token;

    internal Token Advance()
    {
        var taken = _token;
        _token = _lexer.Next();
        return taken;
    }

    internal bool TryTake(string symbolOrKeyword)
    {
        var matches = _token.Is(symbolOrKeyword);
        if (matches)
        {
            Advance();
        }

        return matches;
    }

    internal void Expect(string symbolOrKeyword)
    {
        if (!TryTake(symbolOrKeyword))
        {
            throw _token.Unexpected();
        }
    }

    internal Expression ParseExpression() => ParseOr();

    /// <summary>What stands in parentheses that have just been opened.</summary>
    internal IReadOnlyList<Expression> ParseItems()
    {
        var items = ParseList(ParseOr);
        Expect(")");
        return items;
    }

    /// <summary>A subquery whose parenthesis has just been opened. It is refused whatever it says, so only its end is sought.</summary>
    internal ForeignExpression ParseSubquery()
    {
        if (!_token.Is("select"))
        {
            throw _token.Unexpected();
        }

        for (var open = 1; open > 0; Advance())
        {
            open += _token.Is("(") ? 1 : _token.Is(")") ? -1 : 0;
            if (_token.Kind is TokenKind.End or TokenKind.Error)
            {
                throw _token.Unexpected();
            }
        }

        return new ForeignExpression("*sqlparser.Subquery", "(select)");
    }

    internal T Nested<T>(Func<T> parse)
    {
        if (++_depth > MaxDepth)
        {
            throw QueryException.Malformed($"max nesting level reached at position {_token.Position}");
        }

        var parsed = parse();
        _depth--;
        return parsed;
    }

    internal List<Expression> ParseList(Func<Expression> parse)
    {
        var items = new List<Expression> { parse() };
        while (TryTake(","))
        {
            items.Add(parse());
        }

        return items;
    }

    private bool TryTakeBy(string keyword)
    {
        var isTaken = TryTake(keyword);
        if (isTaken)
        {
            Expect("by");
        }

        return isTaken;
    }

    private bool TryTakeName(string name)
    {
        var matches = _token.Kind == TokenKind.Identifier && _token.Text == name;
        if (matches)
        {
            Advance();
        }

        return matches;
    }

    private void ExpectName(string name)
    {
        if (!TryTakeName(name))
        {
            throw _token.Unexpected();
        }
    }
}
