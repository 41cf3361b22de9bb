using System.Globalization;
using Idp.Core;
using Npgsql;

namespace Idp.Storage.Regions;

/// <summary>Takes existing tables of one store under management without rewriting them.</summary>
public static class RegionAdoption
{
    /// <summary>Longest wait for a table's lock, and longest that we hold it; a busy table is retried later instead of queueing its users behind us.</summary>
    public static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(1);

    private const int MaxLockAttempts = 6;

    private const string DatasetSql = """
        INSERT INTO idp.dataset (name, birth_region, fingerprint) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET birth_region = excluded.birth_region, fingerprint = excluded.fingerprint, state = 'adopted'
        """;

    /// <summary>Brings a region's database to this build's schema and notes which region it is; a second call changes nothing.</summary>
    /// <exception cref="AdoptionException">The database already serves as another region.</exception>
    public static async Task PrepareAsync(NpgsqlDataSource store, RegionId region, CancellationToken cancellationToken)
    {
        await SchemaMigrator.MigrateAsync(store, "Regions.Schema", cancellationToken);
        await using var command = store.CreateCommand("""
            WITH mine AS (INSERT INTO idp.store (region) VALUES ($1) ON CONFLICT DO NOTHING RETURNING region)
            SELECT region FROM mine UNION ALL SELECT region FROM idp.store LIMIT 1
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = region.Value });
        var known = (string?)await command.ExecuteScalarAsync(cancellationToken);
        if (known != region.Value)
        {
            throw new AdoptionException($"The database configured for region '{region}' already serves as region '{known}'; check the connection strings.");
        }
    }

    /// <summary>Registers the dataset and installs its guards; a second call renews them.</summary>
    /// <exception cref="PostgresException">55P03: a table stayed locked by others in every try.</exception>
    public static Task AdoptAsync(NpgsqlDataSource store, AdoptedDataset dataset, RegionId birthRegion, CancellationToken cancellationToken) =>
        AdoptAsync(store, dataset, birthRegion, new Progress<string>(), cancellationToken);

    /// <param name="progress">Told when a table is busy.</param>
    /// <inheritdoc cref="AdoptAsync(NpgsqlDataSource, AdoptedDataset, RegionId, CancellationToken)"/>
    public static async Task AdoptAsync(
        NpgsqlDataSource store, AdoptedDataset dataset, RegionId birthRegion, IProgress<string> progress, CancellationToken cancellationToken)
    {
        // Registered first: whoever meets a guard can then enter.
        await using (var register = store.CreateCommand(DatasetSql))
        {
            register.Parameters.Add(new NpgsqlParameter<string> { TypedValue = dataset.Name.Value });
            register.Parameters.Add(new NpgsqlParameter<string> { TypedValue = birthRegion.Value });
            register.Parameters.Add(new NpgsqlParameter<string> { TypedValue = dataset.Fingerprint });
            await register.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var table in dataset.Tables)
        {
            await ChangeTableAsync(store, table, "SHARE ROW EXCLUSIVE", TableGuards.Install(dataset, table), progress, cancellationToken);
        }
    }

    /// <summary>From now on no move of the dataset can begin here, and nothing can be born; a second call changes nothing.</summary>
    /// <returns>False when the dataset was never adopted here.</returns>
    public static Task<bool> CloseAsync(NpgsqlDataSource store, DatasetId dataset, CancellationToken cancellationToken) =>
        SetStateAsync(store, dataset, "released", cancellationToken);

    /// <summary>Takes back <see cref="CloseAsync"/>.</summary>
    public static Task<bool> ReopenAsync(NpgsqlDataSource store, DatasetId dataset, CancellationToken cancellationToken) =>
        SetStateAsync(store, dataset, "adopted", cancellationToken);

    /// <summary>Removes the guards of a dataset that is closed. What is known of its objects stays, so that none is born twice later.</summary>
    /// <exception cref="PostgresException">55P03: a table stayed locked by others in every try. 42501: the role does not own a table.</exception>
    public static async Task ReleaseAsync(NpgsqlDataSource store, AdoptedDataset dataset, IProgress<string> progress, CancellationToken cancellationToken)
    {
        foreach (var table in dataset.Tables)
        {
            // Only a table's owner may drop triggers, and it waits for every reader: not where there is none to drop.
            var isGuarded = await HasGuardsAsync(store, dataset, table, cancellationToken);
            if (isGuarded)
            {
                await ChangeTableAsync(store, table, "ACCESS EXCLUSIVE", TableGuards.Remove(dataset, table), progress, cancellationToken);
            }
        }
    }

    private static async Task<bool> SetStateAsync(NpgsqlDataSource store, DatasetId dataset, string state, CancellationToken cancellationToken)
    {
        await using var command = store.CreateCommand("UPDATE idp.dataset SET state = $2 WHERE name = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = dataset.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = state });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    private static async Task<bool> HasGuardsAsync(NpgsqlDataSource store, AdoptedDataset dataset, AdoptedTable table, CancellationToken cancellationToken)
    {
        await using var command = store.CreateCommand(
            "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = ANY ($1::text[]::regclass[]) AND tgname IN ('idp_guard', 'idp_key', 'idp_truncate'))");
        command.Parameters.Add(new NpgsqlParameter<string[]>
        {
            TypedValue = [.. dataset.Parts.Where(part => part.Table == table.FullName).Select(part => part.Sql)],
        });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    // One transaction a table: no lock waits on another one. All relations are locked by the first statement, under one limit,
    // so that a table with many partitions does not add up its waits; what follows waits for nothing.
    private static async Task ChangeTableAsync(
        NpgsqlDataSource store, AdoptedTable table, string lockMode, IEnumerable<string> statements, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var limit = ((int)LockLimit.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await store.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await ExecuteAsync(connection, [$"SET LOCAL statement_timeout = {limit}"], cancellationToken);
                await ExecuteAsync(connection, [$"LOCK TABLE {table.Sql} IN {lockMode} MODE"], cancellationToken);
                await ExecuteAsync(connection, statements, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return;
            }
            catch (PostgresException busy) when (busy.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.DeadlockDetected)
            {
                if (attempt >= MaxLockAttempts)
                {
                    throw new PostgresException(
                        $"{table.FullName} was locked by other transactions in each of {attempt} tries", busy.Severity, busy.InvariantSeverity, PostgresErrorCodes.LockNotAvailable);
                }

                // Its users go on meanwhile, longer each time.
                var pause = LockLimit * Math.Pow(2, attempt - 1);
                progress.Report($"{table.FullName} is locked by other transactions; trying again in {pause.TotalSeconds:F0} s ({attempt} of {MaxLockAttempts - 1})");
                await Task.Delay(pause, TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <summary>Gives every object that has rows here its ownership row; known objects stay as they are.</summary>
    /// <returns>The placement keys that have rows in the store.</returns>
    /// <remarks>Reads the dataset's tables once, through the index of the placement key where there is one.</remarks>
    public static async Task<IReadOnlyList<string>> RegisterObjectsAsync(NpgsqlDataSource store, AdoptedDataset dataset, CancellationToken cancellationToken)
    {
        var key = Quote.Identifier(dataset.PlacementKey);
        var keys = string.Join(" UNION ", dataset.Tables.Select(table => $"SELECT {key}::text AS object FROM {table.Sql}"));
#pragma warning disable CA2100 // Names are quoted identifiers from the store's own catalog.
        await using var command = store.CreateCommand($"""
            WITH present AS ({keys}),
            born AS (
                INSERT INTO idp.ownership (dataset, object, state, owner_epoch, attempt_epoch)
                SELECT $1, object, 'owned', 1, 1 FROM present
                ON CONFLICT (dataset, object) DO NOTHING)
            SELECT object FROM present ORDER BY object
            """);
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = dataset.Name.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var sql in statements)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
