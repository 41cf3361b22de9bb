using System.Globalization;
using Idp.Core;
using Npgsql;

namespace Idp.Storage.Regions;

/// <summary>Takes existing tables of one store under management without rewriting them.</summary>
public static class RegionAdoption
{
    /// <summary>Longest wait for a table's lock; a busy table is retried later instead of queueing its users behind us.</summary>
    public static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(1);

    private const string DatasetSql = """
        INSERT INTO idp.dataset (name, birth_region, fingerprint) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET birth_region = excluded.birth_region, fingerprint = excluded.fingerprint
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

    /// <summary>Installs the guard trigger of each table and registers the dataset; a second call renews them.</summary>
    /// <exception cref="PostgresException">55P03: a table was locked by others for longer than <see cref="LockLimit"/>.</exception>
    public static async Task AdoptAsync(NpgsqlDataSource store, AdoptedDataset dataset, RegionId birthRegion, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);

        // Registered first: whoever meets a guard can then enter.
        await using var register = new NpgsqlCommand(DatasetSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = dataset.Name.Value },
                new NpgsqlParameter<string> { TypedValue = birthRegion.Value },
                new NpgsqlParameter<string> { TypedValue = dataset.Fingerprint },
            },
        };
        await register.ExecuteNonQueryAsync(cancellationToken);

        foreach (var table in dataset.Tables)
        {
            // One transaction a table: no lock waits on another one.
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                $"SET LOCAL lock_timeout = {((int)LockLimit.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}"));
            foreach (var sql in GuardSql(dataset, table))
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
            }

            await batch.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
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

    /// <summary>The statements that guard one table: shown by <c>idp dataset adopt --check</c>, run by adoption.</summary>
    public static IEnumerable<string> GuardSql(AdoptedDataset dataset, AdoptedTable table)
    {
        var function = $"idp.{Quote.Identifier($"guard_{table.Schema}_{table.Name}")}";
        var key = Quote.Identifier(dataset.PlacementKey);
        var name = Quote.Literal(dataset.Name.Value);
        string Keys(string row) => $"ARRAY[{string.Join(", ", table.PrimaryKey.Select(column => $"{row}.{Quote.Identifier(column)}::text"))}]";

        // The object's name is compared with the pass that idp.enter left: no lookup, no lock.
        yield return $"""
            CREATE OR REPLACE FUNCTION {function}() RETURNS trigger
                LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
            AS $guard$
            DECLARE
                pass text := current_setting('idp.pass', true);
                object text;
                place int;
            BEGIN
                IF current_setting('idp.applier', true) = 'on' THEN
                    RETURN NULL;
                END IF;
                IF TG_OP = 'DELETE' THEN
                    object := OLD.{key}::text;
                ELSE
                    object := NEW.{key}::text;
                    IF TG_OP = 'UPDATE' AND OLD.{key} IS DISTINCT FROM NEW.{key} THEN
                        RAISE EXCEPTION 'the placement key of a row cannot change: % to %', OLD.{key}, NEW.{key}
                            USING ERRCODE = 'ID004', HINT = 'Insert the row anew under the other key, in a transaction that has entered both objects.';
                    END IF;
                END IF;
                place := strpos(pass, E'\x1e' || {name} || E'\x1f' || object || E'\x1f');
                IF pass IS NULL OR place = 0 THEN
                    PERFORM idp.refuse_write({name}, object);
                END IF;
                IF substr(pass, place + length({name}) + length(object) + 3, 1) = '+' THEN
                    IF TG_OP = 'INSERT' THEN
                        INSERT INTO idp.change (dataset, object, table_name, new_key) VALUES ({name}, object, {Quote.Literal(table.FullName)}, {Keys("NEW")});
                    ELSIF TG_OP = 'DELETE' THEN
                        INSERT INTO idp.change (dataset, object, table_name, old_key) VALUES ({name}, object, {Quote.Literal(table.FullName)}, {Keys("OLD")});
                    ELSE
                        INSERT INTO idp.change (dataset, object, table_name, old_key, new_key) VALUES ({name}, object, {Quote.Literal(table.FullName)}, {Keys("OLD")}, {Keys("NEW")});
                    END IF;
                END IF;
                RETURN NULL;
            END
            $guard$
            """;
        yield return $"CREATE OR REPLACE TRIGGER idp_guard AFTER INSERT OR UPDATE OR DELETE ON {table.Sql} FOR EACH ROW EXECUTE FUNCTION {function}()";
        yield return $"CREATE OR REPLACE TRIGGER idp_truncate BEFORE TRUNCATE ON {table.Sql} FOR EACH STATEMENT EXECUTE FUNCTION idp.refuse_truncate()";
    }
}
