using Idp.DevServer.Grpc;
using Idp.DevServer.Visibility.Language;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Schedules.Handlers;

/// <summary>Queries about schedules may use their id, whether they are paused, and search attributes of users.</summary>
internal static class ScheduleQuery
{
    private static readonly HashSet<string> Forbidden = new(StringComparer.Ordinal)
    {
        "WorkflowId", "RunId", "WorkflowType", "StartTime", "ExecutionTime", "CloseTime", "ExecutionStatus", "TaskQueue", "HistoryLength",
        "ExecutionDuration", "StateTransitionCount", "HistorySizeBytes", "ParentWorkflowId", "ParentRunId", "RootWorkflowId", "RootRunId",
        "BatcherUser", "BinaryChecksums", "BuildIds",
    };

    /// <exception cref="RpcFailure">The query uses what workflows have and schedules do not.</exception>
    public static void Check(string query, IReadOnlyDictionary<string, IndexedValueType> known)
    {
        if (string.IsNullOrWhiteSpace(query))
        {
            return;
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
        if (clauses.OfType<Expression>().SelectMany(ColumnsOf).FirstOrDefault(name => IsForbidden(name, known)) is { } forbidden)
        {
            throw RpcFailure.InvalidArgument($"invalid query filter for schedules: cannot filter on \"{forbidden}\"");
        }
    }

    private static bool IsForbidden(string name, IReadOnlyDictionary<string, IndexedValueType> known) =>
        Forbidden.Contains(name) || (known.ContainsKey(name) && name.StartsWith("Temporal", StringComparison.Ordinal) && name != "TemporalSchedulePaused");

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
