using Idp.DevServer.Schedules.State;
using Microsoft.Data.Sqlite;

namespace Idp.DevServer.Schedules.Runtime;

/// <summary>Reads and writes the table of <see cref="ScheduleSchema"/>.</summary>
internal static class ScheduleTable
{
    private const string SaveSql = """
        INSERT INTO schedule (namespace_id, schedule_id, state) VALUES ($namespace_id, $schedule_id, $state)
        ON CONFLICT (namespace_id, schedule_id) DO UPDATE SET state = excluded.state
        """;

    private const string ReadSql = "SELECT namespace_id, schedule_id, state FROM schedule";

    public static void Save(SqliteConnection writer, SchedulerState state) =>
        Save(writer, state.NamespaceId, state.ScheduleId, ScheduleStateJson.Write(state));

    public static void Close(SqliteConnection writer, SchedulerState state) =>
        Save(writer, state.NamespaceId, state.ScheduleId, DBNull.Value);

    /// <returns>Each schedule; with null for one that is deleted or done.</returns>
    public static IReadOnlyList<(string NamespaceId, string ScheduleId, SchedulerState? State)> ReadAll(SqliteConnection reader)
    {
        using var command = reader.CreateCommand();
        command.CommandText = ReadSql;
        using var rows = command.ExecuteReader();
        var schedules = new List<(string, string, SchedulerState?)>();
        while (rows.Read())
        {
            schedules.Add((rows.GetString(0), rows.GetString(1), rows.IsDBNull(2) ? null : ScheduleStateJson.Read(rows.GetFieldValue<byte[]>(2))));
        }

        return schedules;
    }

    private static void Save(SqliteConnection writer, string namespaceId, string scheduleId, object state)
    {
        using var command = writer.CreateCommand();
        command.CommandText = SaveSql;
        command.Parameters.AddWithValue("$namespace_id", namespaceId);
        command.Parameters.AddWithValue("$schedule_id", scheduleId);
        command.Parameters.AddWithValue("$state", state);
        command.ExecuteNonQuery();
    }
}
