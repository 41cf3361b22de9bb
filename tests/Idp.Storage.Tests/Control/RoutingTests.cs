using Idp.Core;
using Idp.Testing;

namespace Idp.Storage.Tests.Control;

public sealed class RoutingTests(PostgresFixture postgres) : ControlTests(postgres)
{
    [Fact]
    public async Task ReadRoutes_FromZero_IsCompleteWithBirthRegions()
    {
        await RegisterAsync(2);

        var routes = await Catalog.ReadRoutesAsync(0, Cancel);

        Assert.True(routes.IsComplete);
        Assert.Equal([new RoutingEntry(User(0), Ireland, 1), new RoutingEntry(User(1), Ireland, 1)], routes.Routes);
        Assert.Equal([new BirthRegion(Users, Ireland)], routes.BirthRegions);
    }

    [Fact]
    public async Task ReadRoutes_AfterAVersion_HasOnlyWhatChanged()
    {
        await RegisterAsync(2);
        var before = (await Catalog.ReadRoutesAsync(0, Cancel)).Version;
        var epoch = (await BeginAsync("m-1", User(1), Tokyo)).Epoch;
        await Log.PublishMoveAsync(Core.MigrationId.Parse("m-1"), undo: false, Cancel);

        var changes = await Catalog.ReadRoutesAsync(before, Cancel);

        Assert.False(changes.IsComplete);
        Assert.Equal(before + 1, changes.Version);
        Assert.Equal([new RoutingEntry(User(1), Tokyo, epoch)], changes.Routes);
        Assert.Empty((await Catalog.ReadRoutesAsync(changes.Version, Cancel)).Routes);
    }

    [Fact]
    public async Task Publish_WithAListener_NotifiesTheVersion()
    {
        await RegisterAsync(1);
        await BeginAsync("m-1", User(0), Tokyo);
        await using var connection = await Database.OpenConnectionAsync(Cancel);
        var notified = new TaskCompletionSource<string>();
        connection.Notification += (_, notification) => notified.TrySetResult(notification.Payload);
        await using (var listen = connection.CreateCommand())
        {
            listen.CommandText = $"LISTEN {Catalog.RoutesChannel}";
            await listen.ExecuteNonQueryAsync(Cancel);
        }

        await Log.PublishMoveAsync(Core.MigrationId.Parse("m-1"), undo: false, Cancel);
        await connection.WaitAsync(Cancel);

        var version = (await Catalog.ReadRoutesAsync(0, Cancel)).Version;
        Assert.Equal(version.ToString(System.Globalization.CultureInfo.InvariantCulture), await notified.Task);
    }

    [Fact]
    public async Task PlacementChanges_FiftyAtOnce_AreStrictlyOrderedAndNoneIsMissed()
    {
        const int Count = 50;
        await RegisterAsync(Count);
        var expected = new Dictionary<ObjectId, Route>();
        foreach (var number in Enumerable.Range(0, Count))
        {
            var target = number % 2 == 0 ? Tokyo : Virginia;
            expected[User(number)] = new Route(target, (await BeginAsync($"m-{number}", User(number), target)).Epoch);
        }

        var start = await Catalog.ReadRoutesAsync(0, Cancel);
        var moves = Task.WhenAll(Enumerable.Range(0, Count).Select(number =>
            Log.PublishMoveAsync(Core.MigrationId.Parse($"m-{number}"), undo: false, Cancel)));

        // The reader only ever asks for what is new; a version that committed late would be lost to it.
        var table = start.ApplyTo(RoutingTable.Empty);
        var seen = new List<RoutingEntry>();
        while (table.Version < start.Version + Count)
        {
            var changes = await Catalog.ReadRoutesAsync(table.Version, Cancel);
            Assert.Equal(changes.Version - table.Version, changes.Routes.Length);
            seen.AddRange(changes.Routes);
            table = changes.ApplyTo(table);
        }

        Assert.All(await moves, Assert.True);
        Assert.Equal(Count, seen.Select(entry => entry.Object).Distinct().Count());
        Assert.All(expected, route => Assert.Equal(route.Value, table.Find(route.Key)));
        Assert.Equal(Enumerable.Range(1, Count).Select(step => start.Version + step), await VersionsAsync(start.Version));
    }

    [Fact]
    public async Task MixedChanges_AllAtOnce_NeverDeadlock()
    {
        await RegisterAsync(20);
        var changes = Enumerable.Range(0, 20).Select(async number =>
        {
            await BeginAsync($"m-{number}", User(number), Tokyo);
            await Task.WhenAll(
                Log.PublishMoveAsync(Core.MigrationId.Parse($"m-{number}"), undo: false, Cancel),
                Log.ReserveUndoAsync(Core.MigrationId.Parse($"m-{number}"), Cancel),
                Log.SetPhaseAsync(Core.MigrationId.Parse($"m-{number}"), Idp.Core.Migrations.MigrationPhase.Grace, Cancel),
                Catalog.UpdateSizesAsync([.. Enumerable.Range(0, 20).Select(other => (User(other), (long)number, 1L))], Cancel),
                Catalog.RegisterObjectsAsync(Users, [.. Enumerable.Range(0, 40).Select(other => User(other).Key)], Ireland, Cancel),
                Catalog.ApplyDatasetAsync(UsersDataset with { Document = $"# {number}\n" }, Cancel));
        });

        await Task.WhenAll(changes);

        Assert.All((await Catalog.ReadRoutesAsync(0, Cancel)).Routes.Take(20), entry => Assert.Equal(Tokyo, entry.Region));
    }

    private async Task<List<long>> VersionsAsync(long after)
    {
        await using var command = Database.CreateCommand("SELECT routing_version FROM idp.object WHERE routing_version > $1 ORDER BY 1");
        command.Parameters.Add(new Npgsql.NpgsqlParameter<long> { TypedValue = after });
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var versions = new List<long>();
        while (await reader.ReadAsync(Cancel))
        {
            versions.Add(reader.GetInt64(0));
        }

        return versions;
    }
}
