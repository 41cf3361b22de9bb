using Idp.DevServer.Visibility.Language;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Visibility.Conditions;

/// <summary>Gives the names and values of a query their meaning, and refuses what the genuine server refuses, in its words.</summary>
/// <param name="attributes">What the namespace has.</param>
internal sealed class Binder(IReadOnlyDictionary<string, IndexedValueType> attributes)
{
    private const string Division = "TemporalNamespaceDivision";
    private bool _namesDivision;

    /// <exception cref="QueryException">The query makes no sense.</exception>
    public static VisibilityQuery Bind(Statement statement, IReadOnlyDictionary<string, IndexedValueType> attributes) =>
        new Binder(attributes).Bind(statement);

    private VisibilityQuery Bind(Statement statement)
    {
        if (statement.HasLimit)
        {
            throw QueryException.Unsupported("'LIMIT' clause");
        }

        var condition = statement.Where is null ? null : BindCondition(statement.Where);
        var groupBy = BindGroup(statement.GroupBy);
        foreach (var order in statement.OrderBy)
        {
            if (BindAttribute(order).Type == IndexedValueType.Text)
            {
                throw QueryException.Unsupported("unable to sort by search attribute type Text");
            }
        }

        return statement.OrderBy.Count == 0
            ? new VisibilityQuery(condition, groupBy, _namesDivision)
            : throw QueryException.Unsupported("'ORDER BY' clause");
    }

    private Attribute? BindGroup(IReadOnlyList<Expression> groupBy)
    {
        if (groupBy.Count > 1)
        {
            throw QueryException.Unsupported("'GROUP BY' clause supports only a single field");
        }

        if (groupBy.Count == 0)
        {
            return null;
        }

        var attribute = BindAttribute(groupBy[0]);
        return attribute.Name is "ExecutionStatus" or Division
            ? attribute
            : throw QueryException.Unsupported($"'GROUP BY' clause is not supported for search attribute {attribute.Alias}");
    }

    private Condition BindCondition(Expression expression) => expression switch
    {
        ParenthesesExpression parentheses => BindCondition(parentheses.Inner),
        NotExpression not => new NotCondition(BindCondition(not.Inner)),
        AndExpression and => new AndCondition(BindCondition(and.Left), BindCondition(and.Right)),
        OrExpression or => new OrCondition(BindCondition(or.Left), BindCondition(or.Right)),
        ComparisonExpression comparison => BindComparison(comparison),
        RangeExpression range => BindRange(range),
        IsExpression isNull => BindIs(isNull),
        ForeignExpression { GoType: "*sqlparser.FuncExpr" } => throw QueryException.Unsupported("function expression"),
        ColumnExpression => throw QueryException.Invalid("incomplete expression"),
        _ => throw QueryException.Unsupported($"expression of type {expression.GoType}"),
    };

    private Condition BindComparison(ComparisonExpression comparison)
    {
        var attribute = BindAttribute(comparison.Left);
        var value = ValueReader.Read(comparison.Right, attribute);
        if (!Supports(attribute.Type, comparison.Operator))
        {
            throw QueryException.Unsupported(
                $"operator '{comparison.Operator.ToUpperInvariant()}' not supported for {attribute.Type} type search attribute '{attribute.Alias}'");
        }

        var isNegated = comparison.Operator is "!=" || comparison.Operator.StartsWith("not", StringComparison.Ordinal);
        return (attribute.Type, comparison.Operator, value) switch
        {
            (IndexedValueType.KeywordList, "in" or "not in", IReadOnlyList<object> values) => new HasAnyCondition(attribute, Texts(values), isNegated),
            (IndexedValueType.KeywordList, _, string text) => new HasAnyCondition(attribute, [text], isNegated),
            (IndexedValueType.Text, _, string text) => new MentionsCondition(attribute, text.Split(' ', StringSplitOptions.RemoveEmptyEntries), isNegated),
            (IndexedValueType.KeywordList or IndexedValueType.Text, _, _) =>
                throw QueryException.Invalid($"unexpected value type (expected string, got {comparison.Right.Text})"),
            (_, "in" or "not in", IReadOnlyList<object> values) when values.All(item => item is not IReadOnlyList<object>) =>
                new InCondition(attribute, values, isNegated),
            (_, "starts_with" or "not starts_with", string prefix) => new StartsWithCondition(attribute, prefix, isNegated),
            (_, "starts_with" or "not starts_with", _) => throw QueryException.Invalid(
                $"right-hand side of {GoText.Quote(comparison.Operator)} operator must be a literal string (got: {GoText.Plain(value)})"),
            (_, _, IReadOnlyList<object>) => throw new RowValueMisusedException(),
            _ => new CompareCondition(attribute, comparison.Operator, value),
        };
    }

    private BetweenCondition BindRange(RangeExpression range)
    {
        var attribute = BindAttribute(range.Left);
        if (attribute.Type is IndexedValueType.Bool or IndexedValueType.KeywordList or IndexedValueType.Text)
        {
            throw QueryException.Invalid($"cannot do range condition on search attribute '{attribute.Alias}' of type {attribute.Type}");
        }

        var (from, to) = (ValueReader.Read(range.From, attribute), ValueReader.Read(range.To, attribute));
        return from is IReadOnlyList<object> || to is IReadOnlyList<object>
            ? throw new RowValueMisusedException()
            : new BetweenCondition(attribute, from, to, range.IsNegated);
    }

    private IsNullCondition BindIs(IsExpression expression)
    {
        var attribute = BindAttribute(expression.Inner);
        return expression.Suffix is "null" or "not null"
            ? new IsNullCondition(attribute, expression.Suffix == "not null")
            : throw QueryException.Invalid("'IS' operator can only be used as 'IS NULL' or 'IS NOT NULL'");
    }

    private Attribute BindAttribute(Expression expression)
    {
        if (expression is not ColumnExpression column)
        {
            throw QueryException.Invalid($"must be a column name but was {expression.GoType}");
        }

        var alias = column.Name.Replace("`", string.Empty, StringComparison.Ordinal);
        foreach (var name in Names(alias))
        {
            if (attributes.TryGetValue(name, out var type))
            {
                _namesDivision |= name == Division;
                return new Attribute(alias, name, type);
            }
        }

        throw new QueryException($"invalid search attribute: {alias}");
    }

    /// <summary>What a name may stand for: itself, a schedule's id, or an attribute of the server's without its prefix.</summary>
    private static IEnumerable<string> Names(string alias) => alias switch
    {
        "TemporalBuildIds" => ["BuildIds"],
        "ScheduleId" => [alias, "WorkflowId"],
        _ when alias.StartsWith("Temporal", StringComparison.Ordinal) => [alias],
        _ => [alias, "Temporal" + alias],
    };

    private static bool Supports(IndexedValueType type, string comparison) => comparison switch
    {
        "=" or "!=" => true,
        "in" or "not in" => type != IndexedValueType.Text,
        "<" or ">" or "<=" or ">=" => type is not (IndexedValueType.Text or IndexedValueType.KeywordList),
        "starts_with" or "not starts_with" => type == IndexedValueType.Keyword,
        _ => false,
    };

    private static string[] Texts(IReadOnlyList<object> values) => [.. values.Select(value => value as string ?? throw new RowValueMisusedException())];
}
