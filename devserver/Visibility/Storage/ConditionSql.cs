using System.Collections.Frozen;
using Idp.DevServer.Visibility.Conditions;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Visibility.Storage;

/// <summary>Writes a condition as SQL over <see cref="VisibilitySchema"/>.</summary>
internal sealed class ConditionSql(SqlQuery query)
{
    /// <summary>Attributes that are columns; all others are rows of their own.</summary>
    public static FrozenDictionary<string, string> Columns { get; } = new Dictionary<string, string>
    {
        ["WorkflowId"] = "r.workflow_id",
        ["RunId"] = "r.run_id",
        ["WorkflowType"] = "r.workflow_type",
        ["ExecutionStatus"] = "r.status",
        ["StartTime"] = "r.start_time",
        ["ExecutionTime"] = "r.execution_time",
        ["CloseTime"] = "r.close_time",
        ["TaskQueue"] = "r.task_queue",
        ["HistoryLength"] = "r.history_length",
        ["HistorySizeBytes"] = "r.history_size_bytes",
        ["StateTransitionCount"] = "r.state_transition_count",
        ["ExecutionDuration"] = "r.execution_duration",
        ["ParentWorkflowId"] = "r.parent_workflow_id",
        ["ParentRunId"] = "r.parent_run_id",
        ["RootWorkflowId"] = "r.root_workflow_id",
        ["RootRunId"] = "r.root_run_id",
        ["TemporalNamespaceDivision"] = "NULLIF(r.division, '')",
    }.ToFrozenDictionary();

    public void Write(Condition condition) => Write(condition, isWanted: true);

    /// <param name="isWanted">
    /// No negation stands around the condition, so unknown is as good as false, and an index may answer for rows that lack the attribute.
    /// </param>
    private void Write(Condition condition, bool isWanted)
    {
        switch (condition)
        {
            case NotCondition not:
                query.Append("NOT ");
                Enclose(not.Inner, isWanted: false);
                break;
            case AndCondition and:
                WritePair(and.Left, " AND ", and.Right, isWanted);
                break;
            case OrCondition or:
                WritePair(or.Left, " OR ", or.Right, isWanted);
                break;
            case CompareCondition { Operator: "=" } compare when isWanted && IsRow(compare.Attribute):
                WriteIndexed(compare.Attribute, [compare.Value]);
                break;
            case InCondition { IsNegated: false } within when isWanted && IsRow(within.Attribute):
                WriteIndexed(within.Attribute, within.Values);
                break;
            default:
                WriteLeaf(condition);
                break;
        }
    }

    private void WriteLeaf(Condition condition)
    {
        switch (condition)
        {
            case CompareCondition compare:
                WriteValueOf(compare.Attribute);
                query.Append($" {compare.Operator} ").AppendValue(compare.Value);
                break;
            case InCondition within:
                WriteValueOf(within.Attribute);
                query.Append(within.IsNegated ? " NOT IN " : " IN ").AppendValues(within.Values);
                break;
            case BetweenCondition between:
                WriteValueOf(between.Attribute);
                query.Append(between.IsNegated ? " NOT BETWEEN " : " BETWEEN ").AppendValue(between.From).Append(" AND ").AppendValue(between.To);
                break;
            case StartsWithCondition startsWith:
                WriteValueOf(startsWith.Attribute);
                query.Append(startsWith.IsNegated ? " NOT LIKE " : " LIKE ").AppendValue(Pattern(startsWith.Prefix)).Append(" ESCAPE '!'");
                break;
            case IsNullCondition isNull:
                WriteIsNull(isNull);
                break;
            case HasAnyCondition hasAny:
                query.Append(hasAny.IsNegated ? "r.id NOT IN " : "r.id IN ").Append("(SELECT run FROM visibility_attribute WHERE name = ")
                    .AppendValue(hasAny.Attribute.Name).Append(" AND value IN ").AppendValues(hasAny.Values.Select(AttributeRow.Folded)).Append(")");
                break;
            case MentionsCondition mentions:
                query.Append(mentions.IsNegated ? "r.id NOT IN " : "r.id IN ")
                    .Append("(SELECT a.run FROM visibility_text t JOIN visibility_attribute a ON a.id = t.rowid WHERE a.name = ")
                    .AppendValue(mentions.Attribute.Name).Append(" AND t.visibility_text MATCH ").AppendValue(Phrases(mentions.Words)).Append(")");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(condition), condition, "This condition has no SQL.");
        }
    }

    private static bool IsRow(Conditions.Attribute attribute) => !Columns.ContainsKey(attribute.Name);

    private void WritePair(Condition left, string operation, Condition right, bool isWanted)
    {
        Enclose(left, isWanted);
        query.Append(operation);
        Enclose(right, isWanted);
    }

    private void Enclose(Condition condition, bool isWanted)
    {
        query.Append("(");
        Write(condition, isWanted);
        query.Append(")");
    }

    private void WriteIndexed(Conditions.Attribute attribute, IReadOnlyList<object> values) =>
        query.Append("r.id IN (SELECT run FROM visibility_attribute WHERE name = ").AppendValue(attribute.Name)
            .Append(" AND value IN ").AppendValues(values).Append(")");

    private void WriteIsNull(IsNullCondition isNull)
    {
        if (IsRow(isNull.Attribute))
        {
            query.Append(isNull.IsNegated ? "EXISTS " : "NOT EXISTS ")
                .Append("(SELECT 1 FROM visibility_attribute WHERE run = r.id AND name = ").AppendValue(isNull.Attribute.Name).Append(")");
            return;
        }

        WriteValueOf(isNull.Attribute);
        query.Append(isNull.IsNegated ? " IS NOT NULL" : " IS NULL");
    }

    private void WriteValueOf(Conditions.Attribute attribute)
    {
        if (Columns.TryGetValue(attribute.Name, out var column))
        {
            query.Append(column);
        }
        else
        {
            query.Append("(SELECT value FROM visibility_attribute WHERE run = r.id AND name = ").AppendValue(attribute.Name).Append(")");
        }
    }

    private static string Pattern(string prefix) => prefix
        .Replace("!", "!!", StringComparison.Ordinal)
        .Replace("%", "!%", StringComparison.Ordinal)
        .Replace("_", "!_", StringComparison.Ordinal) + "%";

    private static string Phrases(IEnumerable<string> words) =>
        string.Join(" OR ", words.Select(word => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
}
