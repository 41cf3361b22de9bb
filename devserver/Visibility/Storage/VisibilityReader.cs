using Google.Protobuf;
using Idp.DevServer.Visibility.Conditions;
using Microsoft.Data.Sqlite;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Visibility.Storage;

/// <summary>Answers queries that are understood.</summary>
internal sealed class VisibilityReader(SqliteConnection connection)
{
    private const string NewestFirst = " ORDER BY r.close_order DESC, r.start_time DESC, r.run_id LIMIT ";

    /// <returns>One page, newest first; as in the genuine server, a full page always has a token.</returns>
    public VisibilityPage List(string ns, string division, VisibilityQuery asked, int pageSize, PageToken? after)
    {
        var query = new SqlQuery().Append("SELECT r.close_order, r.start_time, r.run_id, r.info");
        AppendRows(query, ns, division, asked);
        if (after is not null)
        {
            query.Append(" AND r.close_order <= ").AppendValue(after.CloseOrder)
                .Append(" AND (r.close_order < ").AppendValue(after.CloseOrder)
                .Append(" OR r.start_time < ").AppendValue(after.StartTime)
                .Append(" OR (r.start_time = ").AppendValue(after.StartTime).Append(" AND r.run_id > ").AppendValue(after.RunId).Append("))");
        }

        query.Append(NewestFirst).AppendValue(pageSize);
        using var command = query.On(connection);
        using var reader = command.ExecuteReader();
        var runs = new List<WorkflowExecutionInfo>();
        PageToken? last = null;
        while (reader.Read())
        {
            last = new PageToken(reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2));
            runs.Add(WorkflowExecutionInfo.Parser.ParseFrom(reader.GetFieldValue<byte[]>(3)));
        }

        return new VisibilityPage(runs, last is not null && runs.Count == pageSize ? last.Write() : ByteString.Empty);
    }

    /// <returns>Counts by group, in the order of the groups; one nameless group when the query has none.</returns>
    public IReadOnlyList<(object? Group, long Count)> Count(string ns, string division, VisibilityQuery asked)
    {
        var group = asked.GroupBy is { } attribute ? ConditionSql.Columns[attribute.Name] : "NULL";
        var query = new SqlQuery().Append($"SELECT {group}, COUNT(*)");
        AppendRows(query, ns, division, asked);
        if (asked.GroupBy is not null)
        {
            query.Append($" GROUP BY {group}");
        }

        using var command = query.On(connection);
        using var reader = command.ExecuteReader();
        var counts = new List<(object?, long)>();
        while (reader.Read())
        {
            counts.Add((reader.IsDBNull(0) ? null : reader.GetValue(0), reader.GetInt64(1)));
        }

        return counts;
    }

    private static void AppendRows(SqlQuery query, string ns, string division, VisibilityQuery asked)
    {
        query.Append(" FROM visibility r WHERE r.namespace = ").AppendValue(ns);
        if (!asked.NamesDivision)
        {
            query.Append(" AND r.division = ").AppendValue(division);
        }

        if (asked.Condition is { } condition)
        {
            query.Append(" AND (");
            new ConditionSql(query).Write(condition);
            query.Append(")");
        }
    }
}
