using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Namespaces;

/// <summary>Namespaces in the file.</summary>
internal static class NamespaceTable
{
    private const string SelectSql = "SELECT name, id, retention_ticks, state, description, owner_email, data FROM namespace";

    private const string UpsertSql = """
        INSERT INTO namespace (name, id, retention_ticks, state, description, owner_email, data)
        VALUES ($name, $id, $retention, $state, $description, $owner, $data)
        ON CONFLICT (name) DO UPDATE SET retention_ticks = excluded.retention_ticks, state = excluded.state,
            description = excluded.description, owner_email = excluded.owner_email, data = excluded.data
        """;

    private const string DeleteSql = """
        DELETE FROM search_attribute WHERE namespace = $name;
        DELETE FROM namespace WHERE name = $name
        """;

    public static IEnumerable<NamespaceEntry> ReadAll(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = SelectSql;
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            yield return new NamespaceEntry(
                rows.GetString(0), rows.GetString(1), TimeSpan.FromTicks(rows.GetInt64(2)), (NamespaceState)rows.GetInt32(3),
                rows.GetString(4), rows.GetString(5), JsonSerializer.Deserialize<ImmutableSortedDictionary<string, string>>(rows.GetString(6))!);
        }
    }

    public static void Upsert(SqliteConnection connection, NamespaceEntry entry)
    {
        using var command = connection.CreateCommand();
        command.CommandText = UpsertSql;
        command.Parameters.AddWithValue("$name", entry.Name);
        command.Parameters.AddWithValue("$id", entry.Id);
        command.Parameters.AddWithValue("$retention", entry.Retention.Ticks);
        command.Parameters.AddWithValue("$state", (int)entry.State);
        command.Parameters.AddWithValue("$description", entry.Description);
        command.Parameters.AddWithValue("$owner", entry.OwnerEmail);
        command.Parameters.AddWithValue("$data", JsonSerializer.Serialize(entry.Data));
        command.ExecuteNonQuery();
    }

    public static void Delete(SqliteConnection connection, string name)
    {
        using var command = connection.CreateCommand();
        command.CommandText = DeleteSql;
        command.Parameters.AddWithValue("$name", name);
        command.ExecuteNonQuery();
    }
}
