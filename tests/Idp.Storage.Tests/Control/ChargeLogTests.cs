using Idp.Core;
using Idp.Core.Controllers.Cost;
using Idp.Core.Migrations;
using Idp.Core.Value;
using Idp.Testing;

namespace Idp.Storage.Tests.Control;

public sealed class ChargeLogTests(PostgresFixture postgres) : ControlTests(postgres)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Append_AnHour_ComesBackAsWrittenAndOnce()
    {
        var log = new ChargeLog(Database);
        Charge[] charges =
        [
            Charge(SpendKind.Compute, null, 0.123456m) with { InstanceType = "db.r6g.large", Utilization = 0 },
            Charge(SpendKind.Storage, "shop", 0.000000000139m) with { Tier = StorageTier.Hot, Object = User(1) },
        ];
        Assert.Null(await log.LastHourAsync(Cancel));

        Assert.True(await log.TryAppendAsync(Noon, charges, [], Cancel));
        Assert.False(await log.TryAppendAsync(Noon, charges, [], Cancel));

        Assert.Equal(Noon, await log.LastHourAsync(Cancel));
        Assert.Equal(charges, await log.ReadAsync(Noon, Noon.AddHours(1), Cancel));
        Assert.Empty(await log.ReadAsync(Noon.AddHours(1), Noon.AddHours(2), Cancel));
        Assert.Equal([new HourSum(Noon, ServiceId.Parse("shop"), SpendKind.Storage, 0.000000000139m)], await log.SumAsync(Noon, Noon.AddHours(1), Cancel));
    }

    [Fact]
    public async Task Append_AMoveThatEnded_PaysForItOnce()
    {
        var log = new ChargeLog(Database);
        await RegisterAsync(2);
        await Log.BeginAsync(Request("m-paid", User(0), Tokyo), Cancel);
        await Log.BeginAsync(Request("m-open", User(1), Tokyo), Cancel);
        Assert.Empty(await log.ListEndedMovesAsync(10, Cancel));
        await Log.SetPhaseAsync(MigrationId.Parse("m-paid"), MigrationPhase.RolledBack, Cancel);

        var ended = Assert.Single(await log.ListEndedMovesAsync(10, Cancel));
        Assert.Equal((User(0), MigrationId.Parse("m-paid")), (ended.Object, ended.Migration));
        Assert.True(await log.TryAppendAsync(Noon, [], [ended.Migration], Cancel));
        Assert.False(await log.TryAppendAsync(Noon.AddHours(1), [Charge(SpendKind.Migration, "shop", 1)], [ended.Migration], Cancel));

        Assert.Empty(await log.ListEndedMovesAsync(10, Cancel));
        Assert.Equal(Noon, await log.LastHourAsync(Cancel));
        Assert.Empty(await log.ReadAsync(Noon, Noon.AddHours(2), Cancel));
    }

    [Fact]
    public async Task Append_ByManyAtOnce_IsOneOfThem()
    {
        var log = new ChargeLog(Database);

        var written = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => log.TryAppendAsync(Noon, [Charge(SpendKind.Storage, "shop", 1)], [], Cancel)));

        Assert.Single(written, isWritten => isWritten);
        Assert.Single(await log.ReadAsync(Noon, Noon.AddHours(1), Cancel));
    }

    [Fact]
    public async Task DropBefore_ADay_ForgetsChargesButNotThatTheyWereMetered()
    {
        var log = new ChargeLog(Database);
        await log.TryAppendAsync(Noon, [Charge(SpendKind.Storage, "shop", 1)], [], Cancel);

        Assert.Equal(0, await log.DropBeforeAsync(new DateOnly(2026, 3, 10), Cancel));
        Assert.Equal(1, await log.DropBeforeAsync(new DateOnly(2026, 3, 11), Cancel));

        Assert.Equal(Noon, await log.LastHourAsync(Cancel));
        Assert.False(await log.TryAppendAsync(Noon, [], [], Cancel));
    }

    private static Charge Charge(SpendKind kind, string? service, decimal usd) => new(
        Noon, Noon.AddHours(1), kind, Tokyo, service is null ? null : ServiceId.Parse(service), null, null, null, 1.5m, "GB", usd);
}
