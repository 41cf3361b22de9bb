using Microsoft.Data.Sqlite;

namespace Idp.DevServer.Persistence;

/// <summary>Brings every part's tables to their newest version, in one transaction.</summary>
internal static class SchemaMigration
{
    public static void Apply(SqliteConnection connection, IEnumerable<ISchemaPart> parts)
    {
        using var transaction = connection.BeginTransaction();
        Execute(connection, "CREATE TABLE IF NOT EXISTS schema_version (part TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID");
        foreach (var part in parts)
        {
            var version = Version(connection, part.Name);
            if (version > part.Migrations.Count)
            {
                throw new InvalidOperationException(
                    $"The file was written by a newer server: its part '{part.Name}' has version {version}, this server knows {part.Migrations.Count}.");
            }

            foreach (var migration in part.Migrations.Skip(version))
            {
                Execute(connection, migration);
            }

            Execute(
                connection,
                "INSERT INTO schema_version (part, version) VALUES ($part, $version) ON CONFLICT (part) DO UPDATE SET version = excluded.version",
                ("$part", part.Name),
                ("$version", part.Migrations.Count));
        }

        transaction.Commit();
    }

    private static int Version(SqliteConnection connection, string part)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT version FROM schema_version WHERE part = $part";
        command.Parameters.AddWithValue("$part", part);
        return command.ExecuteScalar() is long version ? (int)version : 0;
    }

    private static void Execute(SqliteConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of the schema parts.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }
}
