using System.Text.Json;
using Idp.Cli.Demo;
using Idp.Client;
using Idp.Core;
using Idp.Storage;
using static Idp.EndToEnd.Tests.EvacuationPlaneFixture;
using static Idp.EndToEnd.Tests.LocalPlaneFixture;

namespace Idp.EndToEnd.Tests;

/// <summary>A region is emptied while clients write, and the worker dies in the middle.</summary>
public sealed class EvacuationTests(EvacuationPlaneFixture world) : IClassFixture<EvacuationPlaneFixture>
{
    private const string UpdateSql = "UPDATE profile SET version = $3, body = $4 WHERE user_id = $1 AND item = $2";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Evacuate_UnderWritersWithTheWorkerKilled_EmptiesTheRegionAndLosesNoWrite()
    {
        world.Demand();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var folder = Directory.CreateTempSubdirectory("idp-ledger-");
        var ledger = Ledger.Open(folder.FullName, goOn: false);
        await using var near = Client(East);
        await using var far = Client(Ireland);
        Task[] writers = [.. Enumerable.Range(0, 8).Select(number => WriteAsync(number % 2 == 0 ? near : far, ledger, new Random(number), stop.Token))];
        await UntilAsync("first writes", () => Task.FromResult(ledger.Acknowledged > 20));

        var plan = await world.IdpAsync("evacuate", "us-east-1", "--reason", "a test", "--dry-run", "--json");
        var evacuation = world.IdpAsync("evacuate", "us-east-1", "--reason", "a test", "--wait", "--json");
        await UntilAsync("a first commit", async () => (long)(await world.AskAsync(East, "SELECT count(*) FROM idp.outcome"))! > 0);
        world.Plane.Worker.Kill();
        var duringDrain = await world.IdpAsync("region", "open", "us-east-1");
        var ended = await evacuation;
        var acknowledgedBefore = ledger.Acknowledged;
        await UntilAsync("writes after the evacuation", () => Task.FromResult(ledger.Acknowledged > acknowledgedBefore + 20));
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Assert.True(plan.ExitCode == 0, plan.Talk);
        using (var planned = JsonDocument.Parse(plan.Output))
        {
            Assert.Equal(Objects, planned.RootElement.GetProperty("objects").GetInt32());
            Assert.Equal("eu-west-1", planned.RootElement.GetProperty("targets")[0].GetProperty("to").GetString()); // The nearest.
        }

        Assert.Equal(3, duringDrain.ExitCode); // Not while it is being emptied.
        Assert.True(ended.ExitCode == 0, ended.Talk + ended.Output);
        using (var report = JsonDocument.Parse(ended.Output))
        {
            var counts = report.RootElement.GetProperty("counts");
            Assert.Equal((Objects, 0, 0), (counts.GetProperty("moved").GetInt32(), counts.GetProperty("left").GetInt32(), counts.GetProperty("failed").GetInt32()));
            Assert.Equal("Done", report.RootElement.GetProperty("evacuation").GetProperty("endedAs").GetString());
        }

        // Every acknowledged write is in the one place that owns its object.
        foreach (var ((key, item), row) in ledger.Rows)
        {
            var version = (long)(await world.AskAsync(Ireland, $"SELECT version FROM profile WHERE user_id = '{key}' AND item = {item}"))!;
            Assert.InRange(version, row.LastAcknowledged, row.Intended);
        }

        Assert.Equal((long)Objects * Rows, await world.AskAsync(Ireland, "SELECT count(*) FROM profile"));
        Assert.Equal((long)Objects, await world.AskAsync(Ireland, "SELECT count(*) FROM idp.ownership WHERE state = 'owned'"));
        await UntilAsync("the old copies to be gone", async () => (long)(await world.AskAsync(East, "SELECT count(*) FROM profile"))! == 0);

        // Drained until somebody opens it.
        var catalog = new Catalog(world.Plane.Database);
        Assert.Equal(East, Assert.Single(await catalog.ListDrainsAsync(Cancel)).Region);
        var refused = await world.IdpAsync("migrate", "users/u-000", "--to", "us-east-1", "--reason", "a test", "--wait");
        Assert.True(refused.ExitCode == 3, refused.Talk);
        Assert.Contains("'idp region open us-east-1' lifts it", refused.Talk, StringComparison.Ordinal);
        Assert.Equal(0, (await world.IdpAsync("region", "open", "us-east-1")).ExitCode);
        Assert.Empty(await catalog.ListDrainsAsync(Cancel));
        ledger.Dispose();
        folder.Delete(recursive: true);
    }

    private static async Task WriteAsync(IdpDataSource client, Ledger ledger, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var key = Key(random.Next(Objects));
            var item = random.Next(1, Rows + 1);
            try
            {
                await ledger.WriteAsync(
                    key,
                    item,
                    version => client.ExecuteAsync(
                        DemoWorld.Dataset,
                        key,
                        Operation.Write,
                        async (connection, cancellationToken) =>
                        {
                            await using var command = connection.CreateCommand();
                            command.CommandText = UpdateSql;
                            foreach (var value in new object[] { key, item, version, $"version {version}" })
                            {
                                var parameter = command.CreateParameter();
                                parameter.Value = value;
                                command.Parameters.Add(parameter);
                            }

                            await command.ExecuteNonQueryAsync(cancellationToken);
                        },
                        CancellationToken.None),
                    CancellationToken.None);
            }
            catch (IdpException)
            {
                // Not acknowledged: the ledger knows it as intended only.
            }
        }
    }

    private IdpDataSource Client(RegionId caller)
    {
        var builder = new IdpDataSourceBuilder(caller);
        builder.Routing.ControlPlane = world.Plane.ApiAddress;
        builder.Routing.Token = File.ReadAllText(Path.Combine(world.Folder, "api-token")).Trim();
        builder.Routing.CacheFile = Path.Combine(world.Folder, $"routes-{caller}.json");
        foreach (var store in new[] { East, Ireland, Mumbai })
        {
            builder.AddRegion(store, world.Plane.Stores.ConnectionString(store, caller));
        }

        return builder.Build();
    }
}
