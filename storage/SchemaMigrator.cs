using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Idp.Storage;

/// <summary>Brings a database's <c>idp</c> schema to the version this build was made with.</summary>
/// <remarks>Scripts are embedded, numbered and never changed once released; each runs once, all of them in one transaction.</remarks>
public static class SchemaMigrator
{
    // Any fixed number: two processes that start together must not migrate together.
    private const long MigrationLock = 0x1D9_0001;

    /// <summary>Content hash of all scripts of this build: databases made by builds with another one cannot simply go on.</summary>
    public static string Fingerprint { get; } = Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Concat([.. Scripts("Schema"), .. Scripts("Regions.Schema")]))));

    private const string PrepareSql = """
        CREATE SCHEMA IF NOT EXISTS idp;
        CREATE TABLE IF NOT EXISTS idp.schema_version (
            part text NOT NULL,
            version int NOT NULL,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (part, version))
        """;

    /// <summary>Applies what is missing of one part; a second call changes nothing.</summary>
    /// <param name="part">The folder of scripts: <c>Schema</c> for the control database, <c>Regions.Schema</c> for a region.</param>
    /// <returns>The version that the database has now.</returns>
    /// <exception cref="InvalidOperationException">The database is newer than this build, or a released script was changed.</exception>
    public static async Task<int> MigrateAsync(NpgsqlDataSource database, string part, CancellationToken cancellationToken)
    {
        var scripts = Scripts(part);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({MigrationLock.ToString(CultureInfo.InvariantCulture)})", cancellationToken);
        await ExecuteAsync(connection, PrepareSql, cancellationToken);
        var applied = await AppliedAsync(connection, part, cancellationToken);

        if (applied.Keys.DefaultIfEmpty().Max() > scripts.Count)
        {
            throw new InvalidOperationException(
                $"The database's schema '{part}' has version {applied.Keys.Max()}, this build knows {scripts.Count}; use a newer idp.");
        }

        foreach (var (index, script) in scripts.Index())
        {
            var version = index + 1;
            var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
            if (applied.TryGetValue(version, out var known))
            {
                if (known != checksum)
                {
                    throw new InvalidOperationException(
                        $"Script {version} of schema '{part}' differs from the one that was applied to this database; released scripts never change.");
                }

                continue;
            }

            await ExecuteAsync(connection, script, cancellationToken);
            await using var record = new NpgsqlCommand("INSERT INTO idp.schema_version (part, version, checksum) VALUES ($1, $2, $3)", connection)
            {
                Parameters = { new() { Value = part }, new() { Value = version }, new() { Value = checksum } },
            };
            await record.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return scripts.Count;
    }

    private static List<string> Scripts(string part)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"{typeof(SchemaMigrator).Namespace}.{part}.";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && char.IsAsciiDigit(name[prefix.Length]))
                .Order(StringComparer.Ordinal)
                .Select(name =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                    return reader.ReadToEnd();
                }),
        ];
    }

    private static async Task<Dictionary<int, string>> AppliedAsync(NpgsqlConnection connection, string part, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT version, checksum FROM idp.schema_version WHERE part = $1", connection)
        {
            Parameters = { new() { Value = part } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new Dictionary<int, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(reader.GetInt32(0), reader.GetString(1));
        }

        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Scripts are embedded resources of this assembly.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
