using System.Collections.Immutable;
using Idp.Cli.Datasets;
using Idp.Cli.Local;
using Idp.Core;
using Idp.Core.Decisions;
using Idp.Policies.Intents;
using Idp.Storage;
using Npgsql;

namespace Idp.Cli.Demo;

/// <summary>The application's own tables: two, in every region, with all objects' rows in one of them at the start.</summary>
internal static class DemoWorld
{
    public static readonly DatasetId Dataset = DatasetId.Parse("users");

    private const string TablesSql = """
        CREATE TABLE IF NOT EXISTS profile (
            user_id text NOT NULL,
            item int NOT NULL,
            version bigint NOT NULL,
            body text NOT NULL,
            PRIMARY KEY (user_id, item));
        CREATE TABLE IF NOT EXISTS activity (
            user_id text NOT NULL,
            item int NOT NULL,
            version bigint NOT NULL,
            note text NOT NULL,
            PRIMARY KEY (user_id, item, version),
            FOREIGN KEY (user_id, item) REFERENCES profile (user_id, item));
        """;

    private const string FillSql = """
        INSERT INTO profile (user_id, item, version, body)
        SELECT key, item, 0, repeat(md5(key || item), 30) FROM unnest($1::text[]) AS key, generate_series(1, $2) AS item
        """;

    /// <summary>The dataset as its owner would declare it.</summary>
    public static string Intent(RegionId birth) => $"""
        data_object:
          name: "{Dataset}"
          schema:
            placement_key: user_id
            birth_region: {birth}
            tables:
              - name: public.profile
              - name: public.activity
          requirements:
            latency:
              p99_target_ms: 50
              p50_target_ms: 10
            availability:
              target_uptime: 0.9999
              max_data_loss_minutes: 5
            consistency:
              level: "strong"
            compliance:
              data_classification: "public_activity"
        """;

    /// <summary>Creates the tables in every region, as the application's own migrations would.</summary>
    public static Task CreateTablesAsync(LocalPlane plane, CancellationToken cancellationToken) =>
        Task.WhenAll(plane.Stores.Endpoints.Select(async endpoint =>
        {
            await using var store = NpgsqlDataSource.Create(endpoint.ConnectionString);
            await using var command = store.CreateCommand(TablesSql);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }));

    /// <summary>Puts every object's rows into one region, before the tables are adopted: they exist before the plane does.</summary>
    public static async Task FillAsync(LocalPlane plane, RegionId region, ImmutableArray<string> keys, int rowsPerObject, CancellationToken cancellationToken)
    {
        await using var store = NpgsqlDataSource.Create(plane.Cluster(region).ConnectionString);
        await using var command = store.CreateCommand(FillSql);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys] });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = rowsPerObject });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Takes the tables under management, as <c>idp dataset adopt --mode auto</c> does.</summary>
    public static async Task AdoptAsync(LocalPlane plane, RegionId birth, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var document = Intent(birth);
        var declared = DataObjectParser.Parse("users.yaml", document, [.. plane.Stores.Endpoints.Select(endpoint => endpoint.Region.Id)]);
        var adopted = await new DatasetAdopter(plane.Stores, new Catalog(plane.Database)).AdoptAsync(
            declared.DataObject ?? throw new InvalidOperationException(string.Join('\n', declared.Diagnostics)),
            document,
            OperatingMode.Auto,
            checkOnly: false,
            progress,
            cancellationToken);
        if (!adopted.IsAdopted)
        {
            throw CliException.Refused(string.Join('\n', adopted.Violations));
        }
    }
}
