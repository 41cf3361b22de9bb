using System.Globalization;

namespace Idp.DevServer.Visibility.Language;

/// <summary>What a query says, before names and values have a meaning.</summary>
/// <param name="GoType">The type that the genuine server's messages name.</param>
internal abstract record Expression(string GoType)
{
    /// <summary>The expression as text, as the genuine server's messages quote it.</summary>
    public abstract string Text { get; }
}

internal sealed record ColumnExpression(string Name) : Expression("*sqlparser.ColName")
{
    public override string Text =>
        !Keywords.IsName(Name) && Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '@' or '.') ? Name : $"`{Name}`";
}

/// <param name="Kind">A text, a number or another literal.</param>
internal sealed record LiteralExpression(TokenKind Kind, string Value) : Expression("*sqlparser.SQLVal")
{
    public override string Text => Kind switch
    {
        TokenKind.Text => $"'{Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'",
        TokenKind.Hex => $"X'{Value}'",
        TokenKind.Bits => $"B'{Value}'",
        _ => Value,
    };
}

internal sealed record TruthExpression(bool Value) : Expression("sqlparser.BoolVal")
{
    public override string Text => Value ? "true" : "false";
}

internal sealed record TupleExpression(IReadOnlyList<Expression> Items) : Expression("sqlparser.ValTuple")
{
    public override string Text => $"({string.Join(", ", Items.Select(item => item.Text))})";
}

internal sealed record ParenthesesExpression(Expression Inner) : Expression("*sqlparser.ParenExpr")
{
    public override string Text => $"({Inner.Text})";
}

internal sealed record UnaryExpression(string Operator, Expression Inner) : Expression("*sqlparser.UnaryExpr")
{
    public override string Text => Operator + Inner.Text;
}

internal sealed record NotExpression(Expression Inner) : Expression("*sqlparser.NotExpr")
{
    public override string Text => $"not {Inner.Text}";
}

internal sealed record AndExpression(Expression Left, Expression Right) : Expression("*sqlparser.AndExpr")
{
    public override string Text => $"{Left.Text} and {Right.Text}";
}

internal sealed record OrExpression(Expression Left, Expression Right) : Expression("*sqlparser.OrExpr")
{
    public override string Text => $"{Left.Text} or {Right.Text}";
}

/// <param name="Operator">In lower case, for example <c>not starts_with</c>.</param>
internal sealed record ComparisonExpression(Expression Left, string Operator, Expression Right) : Expression("*sqlparser.ComparisonExpr")
{
    public override string Text => $"{Left.Text} {Operator} {Right.Text}";
}

internal sealed record RangeExpression(Expression Left, bool IsNegated, Expression From, Expression To) : Expression("*sqlparser.RangeCond")
{
    public override string Text => string.Create(
        CultureInfo.InvariantCulture, $"{Left.Text} {(IsNegated ? "not between" : "between")} {From.Text} and {To.Text}");
}

/// <param name="Suffix">What follows IS, in lower case: <c>null</c>, <c>not null</c>, <c>true</c> …</param>
internal sealed record IsExpression(Expression Inner, string Suffix) : Expression("*sqlparser.IsExpr")
{
    public override string Text => $"{Inner.Text} is {Suffix}";
}

/// <summary>SQL that parses and that no query may use: arithmetic, functions, subqueries.</summary>
internal sealed record ForeignExpression(string GoType, string Sql) : Expression(GoType)
{
    public override string Text => Sql;
}
