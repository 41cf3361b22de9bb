using Microsoft.Data.Sqlite;
using Temporalio.Api.History.V1;
using Google.Protobuf;

namespace Idp.DevServer.Engine.Runs;

/// <summary>Writes runs on the store's writer thread, with statements prepared once.</summary>
internal sealed class RunWriter
{
    private const string SaveSql =
        """
        INSERT INTO run (row, namespace, workflow_id, run_id, is_active, delete_at, state)
        VALUES ($row, $namespace, $workflow_id, $run_id, $is_active, $delete_at, $state)
        ON CONFLICT (row) DO UPDATE SET is_active = excluded.is_active, delete_at = excluded.delete_at, state = excluded.state
        """;

    private const string HistorySql = "INSERT INTO history (run, first_event, events) VALUES ($run, $first_event, $events)";
    private const string FactSql = "INSERT OR REPLACE INTO fact (run, kind, id, event_id) VALUES ($run, $kind, $id, $event_id)";

    private const string DeleteSql =
        """
        DELETE FROM history WHERE run = $run;
        DELETE FROM fact WHERE run = $run;
        DELETE FROM run WHERE row = $run;
        """;

    private SqliteConnection? _connection;
    private SqliteCommand _save = null!;
    private SqliteCommand _history = null!;
    private SqliteCommand _fact = null!;

    public void Save(SqliteConnection connection, RunImage image)
    {
        Prepare(connection);
        var key = image.Key;
        Set(_save, image.Row, key.Namespace, key.WorkflowId, key.RunId, image.IsActive ? 1 : 0, image.DeleteAt?.ToUnixTimeMilliseconds(), image.State);
        _save.ExecuteNonQuery();
        if (image.Events.Count > 0)
        {
            Set(_history, image.Row, image.Events[0].EventId, new History { Events = { image.Events } }.ToByteArray());
            _history.ExecuteNonQuery();
        }

        foreach (var fact in image.Facts)
        {
            Set(_fact, image.Row, (int)fact.Kind, fact.Id, fact.EventId);
            _fact.ExecuteNonQuery();
        }
    }

    public static void Delete(SqliteConnection connection, long row)
    {
        using var command = connection.CreateCommand();
        command.CommandText = DeleteSql;
        command.Parameters.AddWithValue("$run", row);
        command.ExecuteNonQuery();
    }

    private static void Set(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // One of this class's constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        }

        return command;
    }

    private void Prepare(SqliteConnection connection)
    {
        if (ReferenceEquals(_connection, connection))
        {
            return;
        }

        _save = Prepare(connection, SaveSql, "$row", "$namespace", "$workflow_id", "$run_id", "$is_active", "$delete_at", "$state");
        _history = Prepare(connection, HistorySql, "$run", "$first_event", "$events");
        _fact = Prepare(connection, FactSql, "$run", "$kind", "$id", "$event_id");
        _connection = connection;
    }
}
