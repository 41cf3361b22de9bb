using System.Security.Cryptography;
using Idp.Core;
using Idp.Testing;

namespace Idp.Storage.Tests.Control;

/// <summary>Snapshots, controller memory and settings.</summary>
public sealed class SmallStoresTests(PostgresFixture postgres) : ControlTests(postgres)
{
    private static readonly DateTimeOffset Noon = new(2021, 4, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Snapshot_LargeAndOddlySpaced_ComesBackBitForBit()
    {
        var store = new SnapshotStore(Database);
        var json = $$"""{ "b":1,  "a" : 1.10, "a": 2, "text": "\u0000 é 𝄞", "many": [{{string.Join(", ", Enumerable.Range(0, 100_000))}}] }""";

        var id = await store.SaveAsync("placement", Noon, json, Cancel);

        Assert.Equal((Noon, json), await store.ReadAsync(id, Cancel));
        Assert.NotEqual(id, await store.SaveAsync("placement", Noon, json, Cancel));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => store.ReadAsync(id + 2, Cancel));
    }

    [Fact]
    public async Task Snapshot_DropBeforeADay_KeepsThatDay()
    {
        var store = new SnapshotStore(Database);
        await store.SaveAsync("placement", Noon.AddDays(-1), "{}", Cancel);
        var kept = await store.SaveAsync("placement", Noon.AddHours(-12), "[]", Cancel);

        Assert.Equal(1, await store.DropBeforeAsync(new DateOnly(2021, 4, 15), Cancel));

        Assert.Equal("[]", (await store.ReadAsync(kept, Cancel)).Json);
    }

    [Fact]
    public async Task Memory_WrittenInTurns_MergesByObjectAndController()
    {
        var store = new MemoryStore(Database);
        await store.WriteAsync("placement", new Dictionary<ObjectId, string> { [User(0)] = """{"a": 1}""", [User(1)] = "{}" }, Cancel);
        await store.WriteAsync("placement", new Dictionary<ObjectId, string> { [User(1)] = """{ "a":2 }""" }, Cancel);
        await store.WriteAsync("tiering", new Dictionary<ObjectId, string> { [User(0)] = "[]" }, Cancel);
        await store.WriteAsync("tiering", new Dictionary<ObjectId, string>(), Cancel);

        Assert.Equal(
            new Dictionary<ObjectId, string> { [User(0)] = """{"a": 1}""", [User(1)] = """{ "a":2 }""" },
            await store.ReadAllAsync("placement", Cancel));
        Assert.Empty(await store.ReadAllAsync("cost", Cancel));
    }

    [Fact]
    public async Task Pause_TwiceThenResumeTwice_KeepsTheLastWhoAndTheFirstWhen()
    {
        var settings = new ControlSettings(Database);
        Assert.Null(await settings.ReadPauseAsync(Cancel));
        await settings.PauseAsync("breaker", "thrashing", Cancel);
        var first = await settings.ReadPauseAsync(Cancel);
        await settings.PauseAsync("ada", "looking into it", Cancel);

        Assert.Equal(new PauseRecord("ada", "looking into it", first!.Since), await settings.ReadPauseAsync(Cancel));

        await settings.ResumeAsync(Cancel);
        await settings.ResumeAsync(Cancel);
        Assert.Null(await settings.ReadPauseAsync(Cancel));
    }

    [Fact]
    public async Task Pause_WhileManyBegin_LetsNothingStartAfterwards()
    {
        await RegisterAsync(40);
        var begins = Enumerable.Range(0, 40).Select(number => Log.BeginAsync(Request($"m-{number}", User(number), Tokyo), Cancel)).ToArray();
        await new ControlSettings(Database).PauseAsync("ada", "stop", Cancel);
        var started = (await Log.ListOpenAsync(Cancel)).Length;

        await Task.WhenAll(begins);

        Assert.Equal(started, (await Log.ListOpenAsync(Cancel)).Length);
    }

    [Fact]
    public async Task ApiToken_ManyFirstStarts_OneWins()
    {
        var settings = new ControlSettings(Database);
        byte[][] hashes = [.. Enumerable.Range(0, 8).Select(number => SHA256.HashData([(byte)number]))];
        Assert.False(await settings.CheckApiTokenAsync(hashes[0], Cancel));

        var created = await Task.WhenAll(hashes.Select(hash => settings.TryCreateApiTokenAsync(hash, Cancel)));
        var known = await Task.WhenAll(hashes.Select(hash => settings.CheckApiTokenAsync(hash, Cancel)));

        Assert.Single(created, first => first);
        Assert.Equal(created, known);
        Assert.False(await settings.CheckApiTokenAsync([], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => settings.TryCreateApiTokenAsync([1], Cancel));
    }
}
