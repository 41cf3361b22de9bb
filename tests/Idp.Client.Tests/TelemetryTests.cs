using System.Collections.Concurrent;
using Idp.Core.Telemetry;
using Microsoft.Extensions.Time.Testing;
using static Idp.Client.Tests.FenceTests;
using static Idp.Client.Tests.World;

namespace Idp.Client.Tests;

public sealed class TelemetryTests(World world) : IClassFixture<World>
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 30, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Record_UnitsAndTransactions_AreCountedOnceByMinuteObjectAndRegion()
    {
        var batches = new ConcurrentQueue<TelemetryBatch>();
        var clock = new FakeTimeProvider(Noon);
        await using (var client = world.Client(builder =>
        {
            builder.Telemetry.Clock = clock;
            builder.Telemetry.Deliver = (batch, _) =>
            {
                batches.Enqueue(batch);
                return Task.CompletedTask;
            };
        }))
        {
            await MovementTests.WriteAsync(client, "counted", 1);
            await client.ExecuteAsync(Users, "counted", Operation.Read, (connection, _) => ScalarAsync(connection, "SELECT 1"), Cancelled);
            await Assert.ThrowsAnyAsync<Exception>(() => client.ExecuteAsync(
                Users, "counted", Operation.Read, (connection, _) => ScalarAsync(connection, "SELECT nonsense"), Cancelled));
            clock.Advance(TimeSpan.FromMinutes(1));
            await using var raw = await client.OpenConnectionAsync(Users, "counted", cancellationToken: Cancelled);
            await InsertAsync(raw, "counted", 2);
            await using var transaction = await raw.BeginTransactionAsync(Cancelled);
            await InsertAsync(raw, "counted", 3);
            await InsertAsync(raw, "counted", 4);
            await transaction.CommitAsync(Cancelled);
        }

        var rows = batches.SelectMany(batch => batch.Accesses).OrderBy(row => row.Minute).ToList();
        Assert.All(batches, batch => Assert.Equal(Us, batch.CallerRegion));
        Assert.Equal(
            [(Noon.AddSeconds(-30), 2, 1, 1, 2), (Noon.AddSeconds(30), 0, 2, 0, 2)],
            rows.Select(row => (row.Minute, row.Reads, row.Writes, row.Errors, row.Latency.Count)));
        Assert.All(rows, row => Assert.Equal((new ObjectId(Users, "counted"), Eu), (row.Object, row.ServedBy)));
        Assert.All(rows, row => Assert.True(row.Latency.SumMs > 0));
    }

    [Fact]
    public async Task Deliver_AnswerLost_RepeatsTheSameBatch()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        plane.FailingDeliveries = 1;
        plane.Table = Routes(2);
        var clock = new FakeTimeProvider(Noon);
        await using (var client = world.Client(builder =>
        {
            builder.TimeProvider = clock;
            builder.Routing.ControlPlane = plane.Address;
            builder.Telemetry.DeliveryTimeout = TimeSpan.FromDays(1);
        }))
        {
            await MovementTests.WriteAsync(client, "again", 1);
            while (plane.Deliveries.IsEmpty)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }
        }

        Assert.True(plane.Deliveries.Count >= 2);
        Assert.Equal(1, plane.Deliveries.DistinctBy(batch => batch.Id).SelectMany(batch => batch.Accesses).Sum(row => row.Writes));
    }

    [Fact]
    public void Record_MoreThanTheBound_DropsAndCounts()
    {
        using var instruments = new ClientInstruments(null, null);
        var recorder = new TelemetryRecorder(new FakeTimeProvider(Noon), maxRows: 10, maxOperations: 0, instruments);
        for (var i = 0; i < 25; i++)
        {
            recorder.Record(new ObjectId(Users, $"u{i}"), Eu, Operation.Read, isError: false, TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(15, recorder.DroppedCount);
        var waiting = new TelemetryBatch(Guid.Empty, Eu, recorder.Take().Accesses);
        Assert.Equal(10, waiting.Accesses.Length);

        // What waits for delivery is still in memory.
        recorder.Record(new ObjectId(Users, "late"), Eu, Operation.Read, isError: false, TimeSpan.FromMilliseconds(1));
        Assert.Equal(16, recorder.DroppedCount);
        recorder.Release(waiting, isDelivered: true);
        recorder.Record(new ObjectId(Users, "late"), Eu, Operation.Read, isError: false, TimeSpan.FromMilliseconds(1));
        Assert.Equal(16, recorder.DroppedCount);
    }

    [Fact]
    public async Task Record_NamedOperations_AreToldOneByOneWithoutTheirSessionsNames()
    {
        var batches = new ConcurrentQueue<TelemetryBatch>();
        var clock = new FakeTimeProvider(Noon);
        await using (var client = world.Client(builder =>
        {
            builder.Telemetry.Clock = clock;
            builder.Telemetry.Deliver = (batch, _) =>
            {
                batches.Enqueue(batch);
                return Task.CompletedTask;
            };
        }))
        {
            await MovementTests.WriteAsync(client, "told", 1);
            clock.Advance(TimeSpan.FromSeconds(1));
            foreach (var session in new[] { "ada@example.com", "bob@example.com", "ada@example.com", null })
            {
                await client.ExecuteAsync(Users, "told", Operation.ReadSession.As("load_profile", session), (connection, _) => ScalarAsync(connection, "SELECT 1"), Cancelled);
            }

            await Assert.ThrowsAnyAsync<Exception>(() => client.ExecuteAsync(
                Users, "told", Operation.Read.As("load_nothing"), (connection, _) => ScalarAsync(connection, "SELECT nonsense"), Cancelled));
            await Assert.ThrowsAnyAsync<Exception>(() => client.ExecuteAsync(
                Users, "told", Operation.Write.As("save_nothing"), (connection, _) => ScalarAsync(connection, "SELECT nonsense"), Cancelled));
        }

        Assert.All(batches, batch => Assert.Equal(0, batch.Operations!.Level));
        var told = batches.SelectMany(batch => batch.Operations!.Events).ToList();
        Assert.Equal(
            [("write", true, Noon), .. Enumerable.Repeat(("load_profile", false, Noon.AddSeconds(1)), 4), ("save_nothing", true, Noon.AddSeconds(1))],
            told.Select(operation => (operation.Operation, operation.IsWrite, operation.At)));
        Assert.All(told, operation => Assert.Equal(new ObjectId(Users, "told"), operation.Object));
        Assert.Equal(told[1].Session, told[3].Session);
        Assert.Equal(5, told.Select(operation => operation.Session).Distinct().Count()); // Ada, Bob, and three of nobody in particular.
        Assert.DoesNotContain(told, operation => operation.Session.Contains("ada", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Record_OperationsThatFindNoRoom_MakeTheSampleCoarser()
    {
        var batches = new ConcurrentQueue<TelemetryBatch>();
        await using (var client = world.Client(builder =>
        {
            builder.Telemetry.MaxOperations = 4;
            builder.Telemetry.FlushInterval = TimeSpan.FromHours(1);
            builder.Telemetry.Deliver = (batch, _) =>
            {
                batches.Enqueue(batch);
                return Task.CompletedTask;
            };
        }))
        {
            await Task.WhenAll(Enumerable.Range(0, 12).Select(number => MovementTests.WriteAsync(client, $"crowd-{number}", 1)));
        }

        var sample = Assert.Single(batches).Operations!;
        Assert.InRange(sample.Level, 1, OperationSample.MaxLevel);
        Assert.InRange(sample.Events.Length, 0, 4);
        Assert.All(sample.Events, operation => Assert.True(OperationSample.Has(operation.Object, sample.Level)));
        Assert.Equal(12, batches.SelectMany(batch => batch.Accesses).Sum(access => access.Writes)); // Counted all the same.
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    public void As_NoName_Refuses(string name) => Assert.Throws<ArgumentException>(() => Operation.Read.As(name));

    [Fact]
    public async Task ControlPlane_DeadFromTheStart_AddsNoError()
    {
        var client = world.Client(builder => builder.Routing.ControlPlane = new Uri("http://127.0.0.1:1"));
        await using (client)
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => MovementTests.WriteAsync(client, $"alone-{i % 5}", i)));
        }

        Assert.Equal(0, client.Recorder!.DroppedCount);
        Assert.Equal(10, await world.RowsAsync(Eu, "alone-0"));
    }
}
