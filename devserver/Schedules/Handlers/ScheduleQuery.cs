using Idp.DevServer.Grpc;
using Idp.DevServer.Schedules.Runtime;
using Idp.DevServer.Visibility.Language;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Schedules.Handlers;

/// <summary>Queries about schedules may use their id, whether they are paused, and search attributes of users.</summary>
internal static class ScheduleQuery
{
    private const string IdAttribute = "ScheduleId";

    private static readonly HashSet<string> Forbidden = new(StringComparer.Ordinal)
    {
        "WorkflowId", "RunId", "WorkflowType", "StartTime", "ExecutionTime", "CloseTime", "ExecutionStatus", "TaskQueue", "HistoryLength",
        "ExecutionDuration", "StateTransitionCount", "HistorySizeBytes", "ParentWorkflowId", "ParentRunId", "RootWorkflowId", "RootRunId",
        "BatcherUser", "BinaryChecksums", "BuildIds",
    };

    /// <returns>The query to ask of listings, where a schedule's id has a prefix.</returns>
    /// <exception cref="RpcFailure">The query uses what workflows have and schedules do not.</exception>
    public static string Check(string query, IReadOnlyDictionary<string, IndexedValueType> known)
    {
        if (string.IsNullOrWhiteSpace(query))
        {
            return query;
        }

        Statement statement;
        try
        {
            statement = Parser.Parse(query);
        }
        catch (QueryException invalid)
        {
            throw RpcFailure.InvalidArgument($"invalid query: {invalid.Message}");
        }

        Expression?[] clauses = [statement.Where, .. statement.GroupBy, .. statement.OrderBy];
        var columns = clauses.OfType<Expression>().SelectMany(ColumnsOf).ToList();
        if (columns.Find(name => IsForbidden(name, known)) is { } forbidden)
        {
            throw RpcFailure.InvalidArgument($"invalid query filter for schedules: cannot filter on \"{forbidden}\"");
        }

        // Only a condition can name it: grouping and ordering by an id are refused further on.
        return columns.Contains(IdAttribute) && statement is { Where: { } where, GroupBy.Count: 0, OrderBy.Count: 0 } ? WithPrefix(where).Text : query;
    }

    private static bool IsForbidden(string name, IReadOnlyDictionary<string, IndexedValueType> known) =>
        Forbidden.Contains(name) || (known.ContainsKey(name) && name.StartsWith("Temporal", StringComparison.Ordinal) && name != "TemporalSchedulePaused");

    private static Expression WithPrefix(Expression expression) => expression switch
    {
        ComparisonExpression { Left: ColumnExpression { Name: IdAttribute } } comparison => comparison with { Right = Prefixed(comparison.Right) },
        RangeExpression { Left: ColumnExpression { Name: IdAttribute } } range => range with { From = Prefixed(range.From), To = Prefixed(range.To) },
        ParenthesesExpression parentheses => parentheses with { Inner = WithPrefix(parentheses.Inner) },
        NotExpression not => not with { Inner = WithPrefix(not.Inner) },
        AndExpression and => and with { Left = WithPrefix(and.Left), Right = WithPrefix(and.Right) },
        OrExpression or => or with { Left = WithPrefix(or.Left), Right = WithPrefix(or.Right) },
        _ => expression,
    };

    private static Expression Prefixed(Expression value) => value switch
    {
        LiteralExpression { Kind: TokenKind.Text } text => text with { Value = ScheduleListing.WorkflowIdPrefix + text.Value },
        TupleExpression tuple => tuple with { Items = [.. tuple.Items.Select(Prefixed)] },
        _ => value,
    };

    private static IEnumerable<string> ColumnsOf(Expression expression) => expression switch
    {
        ColumnExpression column => [column.Name],
        TupleExpression tuple => tuple.Items.SelectMany(ColumnsOf),
        ParenthesesExpression parentheses => ColumnsOf(parentheses.Inner),
        UnaryExpression unary => ColumnsOf(unary.Inner),
        NotExpression not => ColumnsOf(not.Inner),
        AndExpression and => ColumnsOf(and.Left).Concat(ColumnsOf(and.Right)),
        OrExpression or => ColumnsOf(or.Left).Concat(ColumnsOf(or.Right)),
        ComparisonExpression comparison => ColumnsOf(comparison.Left),
        RangeExpression range => ColumnsOf(range.Left),
        IsExpression test => ColumnsOf(test.Inner),
        _ => [],
    };
}
