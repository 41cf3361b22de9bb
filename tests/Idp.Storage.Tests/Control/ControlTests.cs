using System.Globalization;
using Idp.Core;
using Idp.Core.Decisions;
using Idp.Core.Migrations;
using Idp.Testing;
using Npgsql;

namespace Idp.Storage.Tests.Control;

/// <summary>A migrated control database with three regions and the dataset <c>users</c>, fresh for each test.</summary>
public abstract class ControlTests(PostgresFixture postgres) : IAsyncLifetime
{
    protected static readonly DatasetId Users = DatasetId.Parse("users");
    protected static readonly RegionId Ireland = RegionId.Parse("eu-west-1");
    protected static readonly RegionId Virginia = RegionId.Parse("us-east-1");
    protected static readonly RegionId Tokyo = RegionId.Parse("ap-northeast-1");

    protected static readonly DatasetRecord UsersDataset = new(
        Users, Ireland, "user_id", ["profiles", "orders"], "personal_data", UserRegion: null, OperatingMode.Auto, "name: users\n", Revision: 0);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected NpgsqlDataSource Database { get; private set; } = null!;

    protected Catalog Catalog => new(Database);

    protected MigrationLog Log => new(Database);

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync("control");
        await ControlDatabase.MigrateAsync(Database, Cancel);
        await Catalog.UpsertRegionsAsync([A(Ireland), A(Virginia), A(Tokyo)], Cancel);
        await Catalog.ApplyDatasetAsync(UsersDataset, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static ObjectId User(int number) => new(Users, string.Create(CultureInfo.InvariantCulture, $"u-{number:0000}"));

    protected static MigrationRequest Request(string id, ObjectId what, RegionId target, long? decision = null) =>
        new(MigrationId.Parse(id), what, target, "ada", "closer to its readers", decision);

    protected async Task RegisterAsync(int count) =>
        await Catalog.RegisterObjectsAsync(Users, [.. Enumerable.Range(0, count).Select(number => User(number).Key)], Ireland, Cancel);

    protected async Task<MigrationRecord> BeginAsync(string id, ObjectId what, RegionId target)
    {
        var begin = await Log.BeginAsync(Request(id, what, target), Cancel);
        Assert.True(begin.IsStarted, begin.Refusal);
        return begin.Migration;
    }

    /// <summary>Waits until what runs waits for a lock in this database, or has ended without.</summary>
    protected async Task WaitsForLockAsync(Task running)
    {
        await using var ask = Database.CreateCommand("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database()))");
        while (!running.IsCompleted && !(bool)(await ask.ExecuteScalarAsync(Cancel))!)
        {
            await Task.Yield();
        }
    }

    private static Region A(RegionId id) => new(id, "EU", new RegionPrices(0.115m, 0.02m, 0.0416m));
}
