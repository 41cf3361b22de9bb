using Idp.Core;
using Idp.Core.Movement;
using Idp.Storage.Regions;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions;

/// <summary>Datasets of a test's own, made and adopted in both regions.</summary>
internal sealed class AdoptedTables(TwoRegions regions, DatasetId name, string placementKey, params string[] tables)
{
    /// <summary>The servers' superuser is named as our schema is, so tables would land there.</summary>
    public const string InPublic = "SET search_path = public; ";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task<AdoptedTables> CreateAsync(string sql)
    {
        foreach (var region in new[] { East, West })
        {
            await regions.RunAsync(region, InPublic + sql);
            await RegionAdoption.AdoptAsync(regions.Store(region).Data, await ReadAsync(region), East, Token);
        }

        return this;
    }

    public Task<AdoptedDataset> ReadAsync(RegionId region) =>
        regions.Store(region).ReadDatasetAsync(name, placementKey, [.. tables], Token);

    public ObjectId Id(string key) => new(name, key);

    public Task EnterAsync(RegionId region, string key, long epoch, string sql) =>
        regions.RunAsync(region, $"BEGIN; SELECT idp.enter('{name}', {Quote.Literal(key)}, {epoch}); {sql}; COMMIT");

    /// <summary>As a worker does: the tables are read anew.</summary>
    public async Task<ObjectMover> MoverAsync(string key, RegionId from, RegionId to, MoveAttempt attempt) => new(
        regions.Store(from), regions.Store(to), await ReadAsync(from), Id(key), attempt, new MoverOptions(), TimeProvider.System, new Random(7));

    public async Task<MoveAttempt> MoveAsync(string key, RegionId from, RegionId to)
    {
        var attempt = regions.NextMove();
        var mover = await MoverAsync(key, from, to, attempt);
        await mover.StartAsync(Token);
        await mover.CopyAsync(_ => { }, Token);
        await mover.VerifyAsync(Token);
        await mover.SwitchAsync(Token);
        await mover.OpenAsync(Token);
        return attempt;
    }
}
