using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Idp.Cli.Demo;
using Idp.Cli.Local;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Embedded;
using Idp.Simulation;
using Idp.Storage;
using Idp.Testing;
using Idp.Workflows;
using Idp.Workflows.Contracts;
using Idp.Workflows.Migrations;
using Npgsql;
using Temporalio.Client;

namespace Idp.EndToEnd.Tests;

/// <summary>A whole plane on this machine: three regions with their real round trips, Temporal, worker and API as processes.</summary>
public class LocalPlaneFixture : IAsyncLifetime
{
    public static readonly RegionId East = RegionId.Parse("us-east-1");
    public static readonly RegionId Ireland = RegionId.Parse("eu-west-1");
    public static readonly RegionId Mumbai = RegionId.Parse("ap-south-1");

    private static readonly EngineChoice Engine = EngineUnderTest.IsEmbedded ? EngineChoice.Embedded : EngineChoice.Temporal;

    private DirectoryInfo? _folder;

    public LocalPlane Plane { get; private set; } = null!;

    public ITemporalClient Temporal { get; private set; } = null!;

    /// <summary>The plane's data folder.</summary>
    public string Folder => _folder!.FullName;

    public MigrationLog Migrations => new(Plane.Database);

    /// <summary>How long an undo stays possible.</summary>
    protected virtual string Grace => "00:00:03";

    public virtual async ValueTask InitializeAsync()
    {
        if (!EngineUnderTest.IsEmbedded && TemporalServer.FindCli(null) is null)
        {
            return; // Each test says so.
        }

        _folder = Directory.CreateTempSubdirectory("idp-e2e-");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        }

        var regions = SampleData.Regions().Where(region => region.Id == East || region.Id == Ireland || region.Id == Mumbai).ToImmutableArray();
        Plane = await LocalPlane.StartAsync(
            new LocalPlaneOptions { Folder = _folder.FullName, Regions = regions, RoundTrips = SampleData.RoundTrips(), Engine = Engine, Durable = false },
            new Progress<string>(),
            CancellationToken.None);
        await DemoWorld.CreateTablesAsync(Plane, CancellationToken.None);
        await FillAsync();
        await DemoWorld.AdoptAsync(Plane, East, new Progress<string>(), CancellationToken.None);
        await Plane.StartProcessesAsync(
            new Dictionary<string, string> { ["Idp:Grace"] = Grace, ["Idp:OrphanAfter"] = "00:00:05", ["Worker:TimeScale"] = "1000000" },
            CancellationToken.None);
        Temporal = await TemporalClient.ConnectAsync(new(Plane.TemporalAddress));
    }

    /// <summary>The rows that exist before the tables are adopted.</summary>
    protected virtual async Task FillAsync()
    {
        await DemoWorld.FillAsync(Plane, East, ["small", "spoiled", "revert", "gated"], 60, CancellationToken.None);
        await DemoWorld.FillAsync(Plane, East, ["large"], 150_000, CancellationToken.None);
    }

    /// <summary>Skips where there is no workflow engine; the README says how to get one.</summary>
    public void Demand() => Assert.SkipWhen(Plane is null, "No 'temporal' CLI on PATH; these tests need a real workflow engine.");

    public Task<WorkflowHandle<MigrationWorkflow, MigrationStatus>> StartAsync(string id, string key, RegionId to, bool needsApproval = false)
    {
        var request = new MigrationRequest(
            MigrationId.Parse(id), new ObjectId(DemoWorld.Dataset, key), to, "ada", "a test asked", NeedsApproval: needsApproval);
        return Temporal.StartWorkflowAsync(
            (MigrationWorkflow workflow) => workflow.RunAsync(request),
            new(MigrationRequest.WorkflowIdOf(request.Object), TaskQueues.Control)
            {
                TypedSearchAttributes = IdpSearchAttributes.ForMigration(request.Object, to),
            });
    }

    public async Task<long> CountAsync(RegionId region, string key) => (long)(await AskAsync(
        region, $"SELECT (SELECT count(*) FROM profile WHERE user_id = '{key}') + (SELECT count(*) FROM activity WHERE user_id = '{key}')"))!;

    /// <summary>Runs a command on this plane as an operator does.</summary>
    public async Task<(int ExitCode, string Output, string Talk)> IdpAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(DemoOptions).Assembly.Location, .. arguments, "--data", Folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var talk = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await talk);
    }

    /// <summary>A digest of everything a region holds of an object.</summary>
    public async Task<string?> DigestAsync(RegionId region, string key) =>
        (string?)await AskAsync(region, $"SELECT md5(string_agg(t::text, '|' ORDER BY item)) FROM profile t WHERE user_id = '{key}'");

    public async Task<object?> AskAsync(RegionId region, string sql)
    {
        await using var connection = new NpgsqlConnection(Plane.Cluster(region).ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is var value and not DBNull ? value : null;
    }

    /// <summary>Polls until something holds; the platform's own time-out ends a test that waits for ever.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2), string.Create(CultureInfo.InvariantCulture, $"waited 2 minutes for: {what}"));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Plane is not null)
        {
            await Plane.DisposeAsync();
        }

        _folder?.Delete(recursive: true);
    }
}
