using System.Globalization;
using Idp.DevServer.Visibility.Language;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Visibility.Conditions;

/// <summary>Reads the values of a comparison as the attribute's type wants them.</summary>
internal static class ValueReader
{
    /// <returns>A text, number or truth, or a list of them.</returns>
    public static object Read(Expression expression, Attribute attribute) => expression switch
    {
        LiteralExpression literal => ReadLiteral(literal, attribute),
        TruthExpression truth => Checked(truth.Value, attribute),
        TupleExpression tuple => tuple.Items.Select(item => Read(item, attribute)).ToList(),
        UnaryExpression unary => ReadSigned(unary, attribute),
        ForeignExpression { GoType: "*sqlparser.GroupConcatExpr" } => throw QueryException.Unsupported("'group_concat'"),
        ForeignExpression { GoType: "*sqlparser.FuncExpr" } => throw QueryException.Unsupported("nested func"),
        ColumnExpression column => throw QueryException.Unsupported(
            $"column name on the right side of comparison expression (did you forget to quote {GoText.Quote(column.Text)}?)"),
        _ => throw QueryException.Invalid($"unexpected value type {expression.GoType}"),
    };

    private static object ReadSigned(UnaryExpression unary, Attribute attribute)
    {
        if (unary.Operator is not ("+" or "-"))
        {
            throw QueryException.Unsupported($"unary operator {GoText.Quote(unary.Operator)}");
        }

        if (unary.Inner is not LiteralExpression { Kind: not TokenKind.Text } number)
        {
            throw QueryException.Invalid($"unary operator not supported in {GoText.Quote(unary.Text)}");
        }

        var isNegative = unary.Operator == "-";
        // Times and statuses have become other things by now; the genuine server refuses to negate those.
        return attribute.Type == IndexedValueType.Datetime || attribute.Name == "ExecutionStatus"
            ? throw QueryException.Invalid($"unary expression {GoText.Quote(unary.Text)}")
            : ReadLiteral(number, attribute) switch
            {
                long whole => (object)(isNegative ? -whole : whole),
                double fraction => isNegative ? -fraction : fraction,
                _ => throw QueryException.Invalid($"unary expression {GoText.Quote(unary.Text)}"),
            };
    }

    private static object ReadLiteral(LiteralExpression literal, Attribute attribute)
    {
        var value = Parse(literal);
        return attribute.Name switch
        {
            "ExecutionStatus" => ReadStatus(value),
            "ExecutionDuration" => ReadDuration(value),
            _ => Checked(value, attribute),
        };
    }

    private static object Parse(LiteralExpression literal)
    {
        if (literal.Kind == TokenKind.Text)
        {
            return literal.Value.Trim('\''); // The genuine server loses quotes at the ends, too.
        }

        if (long.TryParse(literal.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        return double.TryParse(literal.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction) && double.IsFinite(fraction)
            ? fraction
            : throw QueryException.Invalid($"unable to parse value {GoText.Quote(literal.Text)}");
    }

    private static long ReadStatus(object value) => value switch
    {
        long number when Enum.IsDefined((WorkflowExecutionStatus)(int)number) => number,
        long number => throw QueryException.Invalid($"invalid ExecutionStatus value {number}"),
        string name => (long)(StatusName.Parse(name) ?? throw QueryException.Invalid($"invalid ExecutionStatus value '{name}'")),
        _ => throw QueryException.Invalid($"unexpected value type {GoText.TypeOf(value)} for search attribute ExecutionStatus"),
    };

    private static object ReadDuration(object value) => value switch
    {
        long => value,
        string text => DurationText.Parse(text)
            ?? throw QueryException.Invalid($"invalid duration value for search attribute ExecutionDuration: {text}"),
        _ => throw QueryException.Invalid($"unexpected value type {GoText.TypeOf(value)} for search attribute ExecutionDuration"),
    };

    private static object Checked(object value, Attribute attribute) => (attribute.Type, value) switch
    {
        (IndexedValueType.Int or IndexedValueType.Double, long or double) => value,
        (IndexedValueType.Bool, bool) => value,
        (IndexedValueType.Datetime, long nanoseconds) => TimeText.FromNanoseconds(nanoseconds),
        (IndexedValueType.Datetime, string text) => TimeText.Parse(text) ?? throw QueryException.Invalid($"unable to parse datetime '{text}'"),
        (IndexedValueType.Keyword or IndexedValueType.KeywordList, string) => value,
        (IndexedValueType.Text, string text) => text.Trim().Length > 0
            ? text
            : throw QueryException.Invalid($"no tokens found filtering on Text type search attribute {attribute.Alias}"),
        _ => throw QueryException.Invalid(
            $"invalid value type for search attribute {attribute.Alias} of type {attribute.Type}: {GoText.WithType(value)}"),
    };
}
