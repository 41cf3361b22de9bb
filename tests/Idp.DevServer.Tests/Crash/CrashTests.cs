using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Idp.Testing;
using Temporalio.Client;
using Temporalio.Runtime;
using Temporalio.Worker;

namespace Idp.DevServer.Tests.Crash;

/// <summary>Kill -9 at random moments under load; <c>IDP_CRASH_KILLS</c> says how often, and 100 or more write the result file.</summary>
public sealed class CrashTests
{
    private const string Queue = "crash";
    private const int WorkflowsPerKill = 4;
    private const int ReportedFrom = 100;
    private const int Seed = 20260724;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("IDP_CRASH_KILLS") ?? "5", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Kill_AtRandomMomentsUnderLoad_LosesAndDoublesNothing()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("idp-crash-");
        var watch = Stopwatch.StartNew();
        try
        {
            using var server = new CrashingServer(Path.Combine(folder.FullName, "state.db"));
            await server.StartAsync(cancellationToken);
            var client = await TemporalClient.ConnectAsync(new(server.Address) { Runtime = Quiet() });
            using var worker = new TemporalWorker(
                client, new TemporalWorkerOptions(Queue).AddWorkflow<ReceiverWorkflow>().AddWorkflow<TickWorkflow>().AddAllActivities(new CrashActivities()));

            await worker.ExecuteAsync(
                async () =>
                {
                    var load = new CrashLoad(client, Queue);
                    await load.CreateScheduleAsync();
                    await KillUnderLoadAsync(server, load, cancellationToken);
                    var faults = await load.FaultsAsync(cancellationToken);
                    var (runs, scheduleFaults) = await load.ScheduleFaultsAsync();

                    Assert.Empty(faults);
                    Assert.Empty(scheduleFaults);
                    Assert.True(runs > 0, "The schedule never ran.");
                    await ReportAsync(load.Started, runs, watch.Elapsed, cancellationToken);
                },
                cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task KillUnderLoadAsync(CrashingServer server, CrashLoad load, CancellationToken cancellationToken)
    {
        var random = new Random(Seed);
        var driven = new List<Task>();
        for (var kill = 0; kill < Kills; kill++)
        {
            for (var number = 0; number < WorkflowsPerKill; number++)
            {
                driven.Add(load.DriveAsync(string.Create(CultureInfo.InvariantCulture, $"receiver-{kill}-{number}"), cancellationToken));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 800)), cancellationToken);
            await server.KillAsync();
            await server.StartAsync(cancellationToken);
        }

        await Task.WhenAll(driven);
    }

    private static async Task ReportAsync(int workflows, int scheduleRuns, TimeSpan took, CancellationToken cancellationToken)
    {
        if (Kills < ReportedFrom)
        {
            return;
        }

        // The form of the benchmarks' results.
        var report = new
        {
            bench = "engine-crash",
            machine = $"{Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}",
            figures = new
            {
                kills = Kills,
                workflows,
                signals = workflows * CrashLoad.SignalsPerWorkflow,
                activities = workflows * CrashLoad.SignalsPerWorkflow,
                scheduleRuns,
                faults = 0,
                seconds = Math.Round(took.TotalSeconds),
            },
        };
        var file = Path.Combine(Repository.Root.FullName, "bench", "results", "engine-crash.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, Indented) + "\n", cancellationToken);
    }

    // A dying server is what the SDK would warn of all the time.
    private static TemporalRuntime Quiet() => new(new()
    {
        Telemetry = new() { Logging = new() { Filter = new(TelemetryFilterOptions.Level.Error, TelemetryFilterOptions.Level.Error) } },
    });
}
