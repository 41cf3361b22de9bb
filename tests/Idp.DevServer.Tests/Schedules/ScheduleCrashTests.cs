using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Idp.DevServer.Tests.Differential;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using ServerKind = Idp.DevServer.Tests.Differential.Engine;

namespace Idp.DevServer.Tests.Schedules;

public sealed class ScheduleCrashTests
{
    private const int Kills = 6;

    [Fact]
    public async Task Kill9_ManyTimes_EverySecondHasExactlyOneRun()
    {
        var token = TestContext.Current.CancellationToken;
        var program = await ServerUnderTest.FindAsync(ServerKind.Embedded, token);
        Assert.NotNull(program);
        var folder = Directory.CreateTempSubdirectory("idp-schedules");
        var random = new Random(1);
        try
        {
            for (var kill = 0; kill <= Kills; kill++)
            {
                var port = FreePort();
                using var server = Process.Start(new ProcessStartInfo(
                    program, ["server", "start-dev", "--headless", "--log-level", "error", "--port", $"{port}", "--db-filename", Path.Combine(folder.FullName, "s.db")]))!;
                try
                {
                    await RunAsync(port, isFirst: kill == 0, isLast: kill == Kills, TimeSpan.FromMilliseconds(random.Next(700, 2_600)), token);
                }
                finally
                {
                    server.Kill();
                    await server.WaitForExitAsync(token);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(int port, bool isFirst, bool isLast, TimeSpan time, CancellationToken token)
    {
        var client = await ConnectAsync(port, token);
        if (isFirst)
        {
            await client.CreateScheduleAsync("crashing", new(
                ScheduleActionStartWorkflow.Create("Nobody", [], new("run", "nobody")),
                new() { Intervals = [new(TimeSpan.FromSeconds(1))] })
            {
                Policy = new() { Overlap = Temporalio.Api.Enums.V1.ScheduleOverlapPolicy.AllowAll },
            });
        }

        await Task.Delay(time, token);
        if (!isLast)
        {
            return;
        }

        var handle = client.GetScheduleHandle("crashing");
        await handle.PauseAsync();
        var description = await handle.DescribeAsync();
        var ids = await client.ListWorkflowsAsync("TemporalScheduledById = 'crashing'").Select(w => w.Id).ToListAsync(token);
        var seconds = ids.Select(id => DateTimeOffset.Parse(id["run-".Length..], null).ToUnixTimeSeconds()).Order().ToList();

        Assert.True(seconds.Count > Kills, $"only {seconds.Count} runs");
        Assert.Equal(Enumerable.Range(0, seconds.Count).Select(i => seconds[0] + i), seconds);
        Assert.Equal(seconds.Count, description.Info.NumActions);
        Assert.Equal(0, description.Info.NumActionsMissedCatchupWindow);
    }

    private static async Task<TemporalClient> ConnectAsync(int port, CancellationToken token)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await TemporalClient.ConnectAsync(new($"127.0.0.1:{port}"));
            }
            catch (InvalidOperationException) when (attempt < 100)
            {
                await Task.Delay(100, token);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
