using Npgsql;

namespace Idp.Storage;

/// <summary>The control plane's own database: PostgreSQL 15 or newer, apart from every region's.</summary>
public static class ControlDatabase
{
    /// <summary>Brings the database to this build's version; a second call changes nothing.</summary>
    /// <returns>The version that the database has now.</returns>
    /// <exception cref="InvalidOperationException">The database is newer than this build, or a released script was changed.</exception>
    public static Task<int> MigrateAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        SchemaMigrator.MigrateAsync(database, "Schema", cancellationToken);
}
