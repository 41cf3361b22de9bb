using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Telemetry;
using Idp.Testing;

namespace Idp.Storage.Tests.Control;

public sealed class TelemetryStoreTests(PostgresFixture postgres) : ControlTests(postgres)
{
    private static readonly DateTimeOffset Noon = new(2021, 4, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan HalfLife = TimeSpan.FromDays(14);
    private static readonly double PerDay = Math.Log(2) / 14;

    private TelemetryStore Store => new(Database);

    [Fact]
    public async Task Append_DeliveredTwice_CountsOnce()
    {
        var batch = Batch(Tokyo, Minute(Noon, reads: 9, writes: 1));

        Assert.True(await Store.AppendAsync(batch, Cancel));
        Assert.False(await Store.AppendAsync(batch, Cancel));

        Assert.Equal(9 * PerDay, Assert.Single(await Store.ReadDemandAsync(Noon, HalfLife, Cancel)).ReadsPerDay, tolerance: 1e-12);
    }

    [Fact]
    public async Task Append_DeliveredTwentyTimesAtOnce_CountsOnce()
    {
        var batch = Batch(Tokyo, Minute(Noon, reads: 9, writes: 1));

        var stored = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.AppendAsync(batch, Cancel)));

        Assert.Single(stored, first => first);
        Assert.Equal(1, await CountAsync("telemetry_minute"));
    }

    [Fact]
    public async Task Append_AtAndAboveTheLimit_TakesAllOrNothing()
    {
        var full = Enumerable.Range(0, TelemetryStore.MaxBatchRows).Select(number => Minute(Noon, 1, 0, User(number))).ToArray();

        Assert.True(await Store.AppendAsync(Batch(Tokyo, full), Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync(Batch(Tokyo, [.. full, Minute(Noon, 1, 0)]), Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync(Batch(Tokyo, Minute(Noon, reads: -1, writes: 0)), Cancel));

        Assert.Equal(TelemetryStore.MaxBatchRows, await CountAsync("telemetry_minute"));
    }

    [Fact]
    public async Task Append_LongestKeyAndOddCharacters_ComeBackUnchanged()
    {
        ObjectId[] odd = [new(Users, new string('ж', ObjectId.MaxKeyLength)), new(Users, "a/b\\N'\"%")];

        await Store.AppendAsync(Batch(Tokyo, [.. odd.Select(id => Minute(Noon, 1, 0, id))]), Cancel);

        var demand = await Store.ReadDemandAsync(Noon, HalfLife, Cancel);
        Assert.Equal(odd.ToHashSet(), demand.Select(row => row.Object).ToHashSet());
    }

    [Fact]
    public async Task ReadOperations_OfSeveralClients_ComeInTheOrderOfTheirTimesAndOnce()
    {
        var batch = Told(0, Operation(30, "s2"), Operation(10, "s1", isWrite: true));
        await Store.AppendAsync(batch, Cancel);
        await Store.AppendAsync(batch, Cancel);
        await Store.AppendAsync(Told(0, Operation(20, "s3"), Operation(60, "s3")), Cancel);

        var sample = await Store.ReadOperationsAsync(Noon, Noon.AddSeconds(60), TimeSpan.FromMinutes(2), 100, Cancel);

        Assert.Equal(0, sample.Level);
        Assert.Equal([Operation(10, "s1", isWrite: true), Operation(20, "s3"), Operation(30, "s2")], sample.Events);
    }

    [Fact]
    public async Task ReadOperations_OneClientToldLess_HoldsTheObjectsThatAllTold()
    {
        ObjectId[] objects = [.. Enumerable.Range(0, 64).Select(number => User(number))];
        await Store.AppendAsync(Told(0, [.. objects.Select(id => Operation(1, "s1") with { Object = id })]), Cancel);
        await Store.AppendAsync(Told(2, [.. objects.Where(id => OperationSample.Has(id, 2)).Select(id => Operation(2, "s2") with { Object = id })]), Cancel);

        var sample = await Store.ReadOperationsAsync(Noon, Noon.AddMinutes(1), TimeSpan.FromMinutes(2), 1_000, Cancel);

        Assert.Equal(2, sample.Level);
        Assert.All(sample.Events.GroupBy(operation => operation.Object), told => Assert.Equal(2, told.Count()));
        Assert.Equal(objects.Count(id => OperationSample.Has(id, 2)), sample.Events.Length / 2);
        Assert.InRange((await Store.ReadOperationsAsync(Noon, Noon.AddMinutes(1), TimeSpan.FromMinutes(2), 10, Cancel)).Events.Length, 0, 10);
    }

    [Fact]
    public async Task ReadOperations_AClientThatTellsNoneOrNobody_IsNothingComplete()
    {
        await Store.AppendAsync(Told(0, Operation(1, "s1")), Cancel);
        await Store.AppendAsync(Batch(Tokyo, Minute(Noon, reads: 1, writes: 1)), Cancel);

        Assert.Equal(OperationSample.MaxLevel, (await Store.ReadOperationsAsync(Noon, Noon.AddMinutes(1), TimeSpan.FromMinutes(2), 100, Cancel)).Level);
        Assert.Equal(OperationSample.MaxLevel, (await Store.ReadOperationsAsync(Noon.AddDays(1), Noon.AddDays(2), TimeSpan.FromMinutes(2), 100, Cancel)).Level);
    }

    [Fact]
    public async Task DropOperations_BeforeATime_KeepsThoseFromThen()
    {
        await Store.AppendAsync(Told(0, Operation(1, "s1"), Operation(2, "s1")), Cancel);

        Assert.Equal(1, await Store.DropOperationsBeforeAsync(Noon.AddSeconds(2), Cancel));
        Assert.Equal(1, await CountAsync("operation_event"));
    }

    [Fact]
    public async Task ReadHours_MinutesOfAnHour_AddUpByObjectAndCaller()
    {
        await Store.AppendAsync(Batch(Tokyo, Minute(Noon, 9, 1), Minute(Noon.AddMinutes(59), 1, 2), Minute(Noon.AddMinutes(60), 5, 0), Minute(Noon.AddMinutes(-1), 7, 7)), Cancel);
        await Store.AppendAsync(Batch(Virginia, Minute(Noon, 3, 0)), Cancel);

        var rows = new List<HourDemandRow>();
        await foreach (var row in Store.ReadHoursAsync(Noon, Noon.AddHours(1), Cancel))
        {
            rows.Add(row);
        }

        Assert.Equal(
            [(Tokyo, 10L, 3L, Noon), (Virginia, 3L, 0L, Noon)],
            rows.Select(row => (row.CallerRegion, row.Reads, row.Writes, row.Hour)));
    }

    [Fact]
    public async Task ReadDemand_ByHand_IsTheWeightedSum()
    {
        await Store.AppendAsync(
            Batch(Tokyo, Minute(Noon, reads: 90, writes: 10), Minute(Noon - HalfLife, reads: 40, writes: 0), Minute(Noon - (HalfLife * 2), reads: 0, writes: 8)),
            Cancel);
        await Store.AppendAsync(Batch(Virginia, Minute(Noon - TimeSpan.FromDays(7), reads: 20, writes: 0)), Cancel);

        var demand = await Store.ReadDemandAsync(Noon, HalfLife, Cancel);

        Assert.Equal([(User(0), Tokyo), (User(0), Virginia)], demand.Select(row => (row.Object, row.Caller)));
        Assert.Equal((90 + 20) * PerDay, demand[0].ReadsPerDay, tolerance: 1e-9);
        Assert.Equal((10 + 2) * PerDay, demand[0].WritesPerDay, tolerance: 1e-9);
        Assert.Equal(20 * Math.Sqrt(0.5) * PerDay, demand[1].ReadsPerDay, tolerance: 1e-9);
        Assert.Equal(0, demand[1].WritesPerDay);
    }

    [Fact]
    public async Task ReadDemand_AtTheEdges_SeesOnlyTheWindow()
    {
        var oldest = Noon - (HalfLife * 8);
        await Store.AppendAsync(
            Batch(
                Tokyo,
                Minute(oldest, 1_000, 0),
                Minute(oldest.AddMinutes(1), 1_024, 0),
                Minute(Noon, 3, 0),
                Minute(Noon.AddMinutes(1), 5_000, 0)),
            Cancel);

        var demand = Assert.Single(await Store.ReadDemandAsync(Noon, HalfLife, Cancel));

        var justInside = 1_024 * Math.Pow(2, -(8 - (1 / (14 * 1_440.0))));
        Assert.Equal((3 + justInside) * PerDay, demand.ReadsPerDay, tolerance: 1e-9);
    }

    [Fact]
    public async Task ReadDemand_SteadyTraffic_IsItsDailyRate()
    {
        await Store.AppendAsync(Batch(Tokyo, [.. Enumerable.Range(0, 8 * 24).Select(hour => Minute(Noon.AddHours(-hour - 0.5), 10, 0))]), Cancel);

        var demand = Assert.Single(await Store.ReadDemandAsync(Noon, TimeSpan.FromDays(1), Cancel));

        Assert.Equal(240, demand.ReadsPerDay, tolerance: 240 * 0.005);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.ReadDemandAsync(Noon, TimeSpan.Zero, Cancel));
    }

    [Fact]
    public async Task Partitions_WithAndWithoutOne_TakeEveryMinute()
    {
        Assert.Equal(2, await Store.EnsurePartitionsAsync(new DateOnly(2021, 4, 15), 2, Cancel));
        Assert.Equal(0, await Store.EnsurePartitionsAsync(new DateOnly(2021, 4, 15), 2, Cancel));

        var inTokyo = new DateTimeOffset(2021, 4, 16, 8, 59, 0, TimeSpan.FromHours(9));
        await Store.AppendAsync(Batch(Tokyo, Minute(inTokyo, 1, 0), Minute(inTokyo.AddMinutes(1), 1, 0), Minute(Noon.AddYears(-3), 1, 0)), Cancel);

        Assert.Equal(1, await CountAsync("telemetry_minute_20210415"));
        Assert.Equal(1, await CountAsync("telemetry_minute_20210416"));
        Assert.Equal(1, await CountAsync("telemetry_minute_default"));
    }

    [Fact]
    public async Task EnsurePartitions_AfterTheRowsCame_MovesThem()
    {
        await Store.AppendAsync(Batch(Tokyo, Minute(Noon, 4, 0), Minute(Noon.AddDays(1), 5, 0)), Cancel);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Store.EnsurePartitionsAsync(new DateOnly(2021, 4, 15), 1, Cancel)));

        Assert.Equal(1, await CountAsync("telemetry_minute_20210415"));
        Assert.Equal(1, await CountAsync("telemetry_minute_default"));
        Assert.Equal(4 * PerDay, Assert.Single(await Store.ReadDemandAsync(Noon, HalfLife, Cancel)).ReadsPerDay, tolerance: 1e-9);
    }

    [Fact]
    public async Task DropBefore_ADay_ForgetsExactlyWhatIsOlder()
    {
        await Store.EnsurePartitionsAsync(new DateOnly(2021, 4, 13), 3, Cancel);
        await Store.AppendAsync(Batch(Tokyo, Minute(Noon.AddDays(-2), 1, 0), Minute(Noon.AddDays(-40), 1, 0)), Cancel);
        await Store.AppendAsync(Batch(Tokyo, Minute(Noon, 1, 0), Minute(new DateTimeOffset(2021, 4, 15, 0, 0, 0, TimeSpan.Zero), 1, 0)), Cancel);

        Assert.Equal(2, await Store.DropBeforeAsync(new DateOnly(2021, 4, 15), Cancel));
        Assert.Equal(0, await Store.DropBeforeAsync(new DateOnly(2021, 4, 15), Cancel));

        Assert.Equal(2, await CountAsync("telemetry_minute"));
        Assert.Equal(1, await CountAsync("telemetry_batch"));
    }

    [Fact]
    public async Task Partitions_MadeDroppedReadAndWrittenAtOnce_NeverDeadlock()
    {
        var day = DateOnly.FromDateTime(Noon.Date);
        await Store.EnsurePartitionsAsync(day.AddDays(-60), 90, Cancel);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async turn => _ = (turn % 4) switch
        {
            0 => await Store.EnsurePartitionsAsync(day.AddDays(30 + turn), 8, Cancel),
            1 => await Store.DropBeforeAsync(day.AddDays(turn - 60), Cancel),
            2 => (await Store.ReadDemandAsync(Noon, HalfLife, Cancel)).Length,
            _ => await Store.AppendAsync(Batch(Tokyo, Minute(Noon, 1, 0), Minute(Noon.AddYears(1), 1, 0)), Cancel) ? 1 : 0,
        }));

        Assert.Equal(10, await CountAsync("telemetry_minute"));
    }

    [Fact]
    public async Task NewestAndOldest_WithLateData_AreOfAllBatches()
    {
        Assert.Null(await Store.NewestAsync(Cancel));
        Assert.Null(await Store.OldestAsync(Cancel));
        await Store.AppendAsync(Batch(Tokyo, Minute(Noon, 1, 0)), Cancel);
        await Store.AppendAsync(Batch(Tokyo, Minute(Noon.AddDays(-3), 1, 0)), Cancel);
        Assert.True(await Store.AppendAsync(Batch(Tokyo), Cancel));

        Assert.Equal(Noon, await Store.NewestAsync(Cancel));
        Assert.Equal(Noon.AddDays(-3), await Store.OldestAsync(Cancel));
    }

    [Fact]
    public async Task ReadLatency_OverAWindow_MergesSketchesByCaller()
    {
        await Store.AppendAsync(Batch(Tokyo, Minute(Noon, 1, 1, ms: [10, 20]), Minute(Noon.AddMinutes(1), 1, 0, ms: [300])), Cancel);
        await Store.AppendAsync(Batch(Tokyo, Minute(Noon.AddMinutes(2), 100, 0, ms: [9_999])), Cancel);
        await Store.AppendAsync(Batch(Ireland, Minute(Noon, 4, 0, ms: [1, 1, 1, 1])), Cancel);

        var latency = await Store.ReadLatencyAsync(Noon, Noon.AddMinutes(2), Cancel);

        Assert.Equal([(Tokyo, 3), (Ireland, 4)], latency.Select(row => (row.Caller, (int)row.Operations)));
        Assert.Equal(110, latency[0].Latency.MeanMs, tolerance: 1e-9);
        Assert.Equal(300, latency[0].Latency.QuantileMs(0.99), tolerance: 3.1);
        Assert.Equal(4, latency[1].Latency.Count);
    }

    private static AccessMinute Minute(DateTimeOffset minute, long reads, long writes, ObjectId? what = null, double[]? ms = null)
    {
        var latency = new LatencySketch();
        foreach (var value in ms ?? [])
        {
            latency.Add(value);
        }

        return new AccessMinute(minute, what ?? User(0), Ireland, reads, writes, Errors: 0, latency);
    }

    private static TelemetryBatch Batch(RegionId caller, params AccessMinute[] accesses) =>
        new(Guid.NewGuid(), caller, accesses.ToImmutableArray());

    private async Task<long> CountAsync(string table)
    {
        await using var command = Database.CreateCommand($"SELECT count(*) FROM idp.{table}");
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private static OperationEvent Operation(int second, string session, bool isWrite = false) =>
        new(Noon.AddSeconds(second), User(1), isWrite ? "save" : "load", session, isWrite);

    private static TelemetryBatch Told(int level, params OperationEvent[] operations) =>
        new(Guid.NewGuid(), Tokyo, [Minute(Noon, reads: 1, writes: 0)], new OperationSample(level, [.. operations]));
}
