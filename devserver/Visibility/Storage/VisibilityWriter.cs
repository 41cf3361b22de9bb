using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Visibility.Storage;

/// <summary>Writes runs inside the transaction of whoever calls.</summary>
internal sealed class VisibilityWriter
{
    /// <summary>An open run closes after all others, as far as the order of a list goes.</summary>
    public const long StillOpen = long.MaxValue;

    private const string UpsertSql = """
        INSERT INTO visibility (namespace, division, run_id, workflow_id, workflow_type, status, start_time, execution_time, close_time, close_order,
          task_queue, history_length, history_size_bytes, state_transition_count, execution_duration,
          parent_workflow_id, parent_run_id, root_workflow_id, root_run_id, info)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
        ON CONFLICT (namespace, run_id) DO UPDATE SET
          division = excluded.division, workflow_id = excluded.workflow_id, workflow_type = excluded.workflow_type, status = excluded.status,
          start_time = excluded.start_time, execution_time = excluded.execution_time, close_time = excluded.close_time, close_order = excluded.close_order,
          task_queue = excluded.task_queue, history_length = excluded.history_length, history_size_bytes = excluded.history_size_bytes,
          state_transition_count = excluded.state_transition_count, execution_duration = excluded.execution_duration,
          parent_workflow_id = excluded.parent_workflow_id, parent_run_id = excluded.parent_run_id,
          root_workflow_id = excluded.root_workflow_id, root_run_id = excluded.root_run_id, info = excluded.info
        RETURNING id
        """;

    private const string FindSql = "SELECT id FROM visibility WHERE namespace = ?1 AND run_id = ?2";
    private const string DeleteTextsSql = "DELETE FROM visibility_text WHERE rowid IN (SELECT id FROM visibility_attribute WHERE run = ?1)";
    private const string DeleteAttributesSql = "DELETE FROM visibility_attribute WHERE run = ?1";
    private const string DeleteRunSql = "DELETE FROM visibility WHERE id = ?1";
    private const string InsertAttributeSql = "INSERT INTO visibility_attribute (run, name, value) VALUES (?1, ?2, ?3) RETURNING id";
    private const string InsertTextSql = "INSERT INTO visibility_text (rowid, value) VALUES (?1, ?2)";

    private static readonly ConditionalWeakTable<SqliteConnection, VisibilityWriter> Writers = [];

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    private VisibilityWriter(SqliteConnection connection) => _connection = connection;

    /// <summary>The writer of a connection; its statements stay prepared.</summary>
    public static VisibilityWriter Of(SqliteConnection connection) => Writers.GetValue(connection, opened => new VisibilityWriter(opened));

    public void Upsert(string ns, string division, WorkflowExecutionInfo info, IEnumerable<AttributeRow> attributes)
    {
        var listed = ListedRun.From(info);
        var isClosed = ListedRun.IsClosed(info);
        object? WhenClosed(object? value) => isClosed ? value : null;
        var closed = isClosed ? ListedRun.Microseconds(info.CloseTime) : StillOpen;
        var id = Scalar(
            UpsertSql,
            ns,
            division,
            info.Execution.RunId,
            info.Execution.WorkflowId,
            info.Type.Name,
            (long)info.Status,
            ListedRun.Microseconds(info.StartTime),
            info.ExecutionTime is null ? null : ListedRun.Microseconds(info.ExecutionTime),
            WhenClosed(closed),
            closed,
            info.TaskQueue,
            WhenClosed(info.HistoryLength),
            WhenClosed(info.HistorySizeBytes),
            WhenClosed(info.StateTransitionCount),
            WhenClosed(info.ExecutionDuration is null ? null : ListedRun.Nanoseconds(info.ExecutionDuration)),
            info.ParentExecution?.WorkflowId,
            info.ParentExecution?.RunId,
            listed.RootExecution.WorkflowId,
            listed.RootExecution.RunId,
            listed.ToByteArray());
        ClearAttributes(id);
        foreach (var attribute in attributes)
        {
            var row = Scalar(InsertAttributeSql, id, attribute.Name, attribute.Value);
            if (attribute.Text is { } text)
            {
                Run(InsertTextSql, row, text);
            }
        }
    }

    public void Delete(string ns, string runId)
    {
        if (Scalar(FindSql, ns, runId) is var id and not 0)
        {
            ClearAttributes(id);
            Run(DeleteRunSql, id);
        }
    }

    private void ClearAttributes(long run)
    {
        Run(DeleteTextsSql, run);
        Run(DeleteAttributesSql, run);
    }

    private void Run(string sql, params ReadOnlySpan<object?> values) => Bound(sql, values).ExecuteNonQuery();

    /// <returns>The one number that the statement returns; zero when it returns none.</returns>
    private long Scalar(string sql, params ReadOnlySpan<object?> values) => (long?)Bound(sql, values).ExecuteScalar() ?? 0;

    private SqliteCommand Bound(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _prepared[sql] = _connection.CreateCommand();
#pragma warning disable CA2100 // One of the constants above.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var number = 1; number <= values.Length; number++)
            {
                command.Parameters.AddWithValue($"?{number}", DBNull.Value);
            }
        }

        // A command outlives the transaction it was made in; only a new one knows the current.
        using var current = _connection.CreateCommand();
        command.Transaction = current.Transaction;
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index] ?? DBNull.Value;
        }

        return command;
    }
}
