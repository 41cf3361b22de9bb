using System.Diagnostics;
using System.Globalization;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Storage;
using Idp.Storage.Regions;
using Idp.Workflows;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;

namespace Idp.Cli.Checks;

/// <summary>Whether the parts of a running control plane answer.</summary>
internal sealed class PlaneChecks(Plane plane, IdpHome home)
{
    public Task<CheckResult> ControlDatabaseAsync(CancellationToken cancellationToken) => CheckResult.OfAsync(
        "control database", "check Idp:ControlDatabase; the demo's runs only while 'idp demo' runs",
        async token =>
        {
            var took = await RoundTripAsync(plane.Get<NpgsqlDataSource>(), token);
            return await plane.Get<ControlSettings>().ReadPauseAsync(token) is { } pause
                ? throw new CheckWarning($"automation is paused since {Text.Moment(pause.Since)} by {pause.By}: {pause.Reason}")
                : took;
        },
        cancellationToken);

    public Task<CheckResult> TemporalAsync(CancellationToken cancellationToken) => CheckResult.OfAsync(
        "temporal", "check Temporal:Address and Temporal:Namespace, or TEMPORAL_ADDRESS",
        async token =>
        {
            var temporal = plane.Get<ITemporalClient>();
            await temporal.Connection.WorkflowService.DescribeNamespaceAsync(
                new DescribeNamespaceRequest { Namespace = temporal.Options.Namespace }, new() { CancellationToken = token });
            return $"{temporal.Connection.Options.TargetHost}, namespace {temporal.Options.Namespace}";
        },
        cancellationToken);

    public Task<CheckResult> WorkersAsync(CancellationToken cancellationToken) => CheckResult.OfAsync(
        "workers", "start one: idp worker",
        async token =>
        {
            var loops = await PollersAsync(TaskQueues.Control, TaskQueueType.Workflow, token);
            var movers = await PollersAsync(TaskQueues.Movers, TaskQueueType.Activity, token);
            return loops == 0 || movers == 0
                ? throw new CheckWarning($"{loops} workers poll {TaskQueues.Control}, {movers} poll {TaskQueues.Movers}; nothing is decided or moved without")
                : $"{loops} for loops, {movers} for copies";
        },
        cancellationToken);

    public Task<CheckResult> ApiAsync(CancellationToken cancellationToken) => CheckResult.OfAsync(
        "api", "start it: idp api",
        async token =>
        {
            var url = File.Exists(home.ApiUrlFile)
                ? await File.ReadAllTextAsync(home.ApiUrlFile, token)
                : plane.Get<IConfiguration>()["Api:Urls"]?.Split(';')[0] ?? throw new CheckWarning("not started from this data folder");
            using var http = new HttpClient();
            using var answer = await http.GetAsync(new Uri(new Uri(url), "livez"), token);
            return answer.EnsureSuccessStatusCode().IsSuccessStatusCode ? url : string.Empty;
        },
        cancellationToken);

    public IEnumerable<Task<CheckResult>> Regions(CancellationToken cancellationToken)
    {
        var stores = plane.Get<RegionStores>();
        return stores.Endpoints.Select(endpoint => endpoint.Region.Id).Select(region => CheckResult.OfAsync(
            $"region {region}", "check the regions file and that region's PostgreSQL",
            async token =>
            {
                await using var store = NpgsqlDataSource.Create(stores.ConnectionString(region, region));
                return await RoundTripAsync(store, token);
            },
            cancellationToken));
    }

    private static async Task<string> RoundTripAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var ask = new NpgsqlCommand("SELECT 1", connection);
        await ask.ExecuteScalarAsync(cancellationToken); // The first one pays for the connection and for compiling.
        var started = Stopwatch.GetTimestamp();
        await ask.ExecuteScalarAsync(cancellationToken);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{connection.Host}:{connection.Port}, PostgreSQL {connection.PostgreSqlVersion.Major}, {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F1} ms");
    }

    private async Task<int> PollersAsync(string queue, TaskQueueType type, CancellationToken cancellationToken)
    {
        var temporal = plane.Get<ITemporalClient>();
        var described = await temporal.Connection.WorkflowService.DescribeTaskQueueAsync(
            new DescribeTaskQueueRequest { Namespace = temporal.Options.Namespace, TaskQueue = new TaskQueue { Name = queue }, TaskQueueType = type },
            new() { CancellationToken = cancellationToken });
        return described.Pollers.Select(poller => poller.Identity).Distinct().Count();
    }
}
