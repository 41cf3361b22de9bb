using Idp.Core;
using Idp.Core.Decisions;
using Idp.Testing;
using Npgsql;

namespace Idp.Storage.Tests.Control;

public sealed class CatalogTests(PostgresFixture postgres) : ControlTests(postgres)
{
    [Fact]
    public async Task Migrate_ASecondTime_ChangesNothing()
    {
        var version = await ControlDatabase.MigrateAsync(Database, Cancel);

        Assert.Equal(version, await ControlDatabase.MigrateAsync(Database, Cancel));
    }

    [Fact]
    public async Task UpsertRegions_KnownAndNew_UpdatesAddsAndKeepsTheRest()
    {
        var changed = new Region(Tokyo, "JP", new RegionPrices(0.138m, 0.09m, 0.0544m));
        var added = new Region(RegionId.Parse("sa-east-1"), "BR", new RegionPrices(0.219m, 0.138m, 0.0672m));

        await Catalog.UpsertRegionsAsync([changed, added], Cancel);

        var regions = await Catalog.ListRegionsAsync(Cancel);
        Assert.Equal(["ap-northeast-1", "eu-west-1", "sa-east-1", "us-east-1"], regions.Select(region => region.Id.Value));
        Assert.Equal(changed, regions[0]);
        Assert.Equal(added, regions[2]);
    }

    [Fact]
    public async Task ApplyDataset_SameAgain_KeepsRevisionAndRoutingVersion()
    {
        var before = (await Catalog.ReadRoutesAsync(0, Cancel)).Version;

        Assert.Equal(1, await Catalog.ApplyDatasetAsync(UsersDataset with { Revision = 77 }, Cancel));

        Assert.Equal(before, (await Catalog.ReadRoutesAsync(0, Cancel)).Version);
    }

    [Fact]
    public async Task ApplyDataset_Changed_GetsTheNextRevisionAndRoutingVersion()
    {
        var before = (await Catalog.ReadRoutesAsync(0, Cancel)).Version;
        var changed = UsersDataset with { Document = "name: users # v2\n", DataClassification = null, UserRegion = "EU", Mode = OperatingMode.Advise };

        Assert.Equal(2, await Catalog.ApplyDatasetAsync(changed, Cancel));

        var stored = await Catalog.FindDatasetAsync(Users, Cancel);
        Assert.NotNull(stored);
        Assert.Equal(changed.Tables, stored.Tables);
        Assert.Equal(changed with { Revision = 2, Tables = default }, stored with { Tables = default });
        Assert.Equal(before + 1, (await Catalog.ReadRoutesAsync(before, Cancel)).Version);
        Assert.Single(await Catalog.ListDatasetsAsync(Cancel));
        Assert.Null(await Catalog.FindDatasetAsync(DatasetId.Parse("orders"), Cancel));
    }

    [Fact]
    public async Task RegisterObjects_NewOnes_AreBornHotWithOwnerEpochOne()
    {
        Assert.Equal(1, await Catalog.RegisterObjectsAsync(Users, [User(1).Key, User(1).Key], Ireland, Cancel));

        var born = await Catalog.FindObjectAsync(User(1), Cancel);
        Assert.NotNull(born);
        Assert.Empty(born.Placement.Replicas);
        Assert.Equal(
            new Placement(User(1), Ireland, [], StorageTier.Hot, OwnerEpoch: 1, PlacementVersion: 1),
            born.Placement with { Replicas = [] });
        Assert.Equal((0, 0, null), (born.SizeBytes, born.RowCount, born.LastMovedAt));
    }

    [Fact]
    public async Task RegisterObjects_KnownOnes_StayUntouchedAndTakeNoVersion()
    {
        await RegisterAsync(3);
        var before = await Catalog.ReadRoutesAsync(0, Cancel);

        Assert.Equal(0, await Catalog.RegisterObjectsAsync(Users, [User(0).Key, User(2).Key], Tokyo, Cancel));

        Assert.Equal(Ireland, (await Catalog.FindObjectAsync(User(2), Cancel))!.Placement.Primary);
        Assert.Equal(before.Version, (await Catalog.ReadRoutesAsync(0, Cancel)).Version);
    }

    [Fact]
    public async Task RegisterObjects_RacingForTheSameKeys_CreatesEachOnce()
    {
        string[] keys = [.. Enumerable.Range(0, 500).Select(number => User(number).Key)];

        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(turn =>
            Catalog.RegisterObjectsAsync(Users, turn % 2 == 0 ? keys : [.. keys.Reverse()], Ireland, Cancel)));

        Assert.Equal(500, added.Sum());
    }

    [Fact]
    public async Task RegisterObjects_UnknownDataset_IsRefusedByTheDatabase()
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => Catalog.RegisterObjectsAsync(DatasetId.Parse("orders"), ["o-1"], Ireland, Cancel));

        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, refused.SqlState);
        await Assert.ThrowsAsync<FormatException>(() => Catalog.RegisterObjectsAsync(Users, ["a\nb"], Ireland, Cancel));
    }

    [Fact]
    public async Task ListObjects_PageByPage_SeesEachOnceInByteOrder()
    {
        string[] keys = ["B", "a", "Z", "ä", "a/b", "10", "9"];
        await Catalog.RegisterObjectsAsync(Users, keys, Ireland, Cancel);
        await Catalog.ApplyDatasetAsync(UsersDataset with { Name = DatasetId.Parse("zoo") }, Cancel);
        await Catalog.RegisterObjectsAsync(DatasetId.Parse("zoo"), ["0"], Ireland, Cancel);

        Assert.Equal(keys.Order(StringComparer.Ordinal), await PagesAsync(Users, last => last.Key));
        Assert.Equal([.. keys.Order(StringComparer.Ordinal), "0"], await PagesAsync(null, last => last.ToString()));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Catalog.ListObjectsAsync(null, 10_001, null, Cancel));
    }

    [Fact]
    public async Task UpdateSizes_KnownAndUnknown_StoresTheKnown()
    {
        await RegisterAsync(2);
        var before = (await Catalog.ReadRoutesAsync(0, Cancel)).Version;

        await Catalog.UpdateSizesAsync([(User(1), 8_192, 50), (User(9), 1, 1)], Cancel);

        var measured = await Catalog.FindObjectAsync(User(1), Cancel);
        Assert.Equal((8_192, 50), (measured!.SizeBytes, measured.RowCount));
        Assert.Null(await Catalog.FindObjectAsync(User(9), Cancel));
        Assert.Equal(before, (await Catalog.ReadRoutesAsync(0, Cancel)).Version);
    }

    [Fact]
    public async Task UpdateSizes_ManyAtOnceInOppositeOrders_NeverDeadlocks()
    {
        await RegisterAsync(200);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(turn =>
        {
            var sizes = Enumerable.Range(0, 200).Select(number => (User(number), SizeBytes: (long)turn, RowCount: (long)turn));
            return Catalog.UpdateSizesAsync([.. turn % 2 == 0 ? sizes : sizes.Reverse()], Cancel);
        }));
    }

    private async Task<List<string>> PagesAsync(DatasetId? dataset, Func<ObjectId, string> after)
    {
        var seen = new List<string>();
        for (string? last = null; ;)
        {
            var page = await Catalog.ListObjectsAsync(dataset, limit: 2, last, Cancel);
            if (page.IsEmpty)
            {
                return seen;
            }

            seen.AddRange(page.Select(found => found.Placement.Object.Key));
            last = after(page[^1].Placement.Object);
        }
    }
}
