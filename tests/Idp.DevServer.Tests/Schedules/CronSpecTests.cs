using System.Globalization;
using System.Text.Json;
using CsCheck;
using Idp.DevServer.Grpc;
using Idp.DevServer.Schedules;
using Idp.Testing;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Testing;

namespace Idp.DevServer.Tests.Schedules;

public sealed class CronSpecTests
{
    private const int Asked = 150;

    private static readonly string Golden =
        Path.Combine(Repository.Root.FullName, "tests", "Idp.DevServer.Tests", "Schedules", "Goldens", "crons.json");

    private static readonly string[] Shorthands =
    [
        "@hourly", "@daily", "@weekly", "@monthly", "@yearly", "@every 90s", "@every 1h30m", "@every 100ms", "@every 1d", "@every", "bad", "@never",
        "0 0 30 2 *", "* * * *", "* * * * * *", "0 0 * * 7", "0 0 * * fri-mon", "*/0 * * * *", "5-1 * * * *", "? 1 ? * ?", "0 12 1-7 * 1",
        "TZ=Nowhere/Land 0 0 * * *", "CRON_TZ=Europe/Berlin 30 2 29 3 *", "CRON_TZ=America/New_York 30 1 * 11 sun",
    ];

    [Theory]
    [InlineData("@every 90s", "2026-01-01T00:00:00.5", "2026-01-01T00:00:00.5", 90)]
    [InlineData("@every 10s", "2026-01-01T00:00:00", "2026-01-01T00:00:25", 5)]
    [InlineData("@every 10s", "2026-01-01T00:00:00", "2026-01-01T00:00:30", 0)]
    [InlineData("*/5 * * * *", "2026-01-01T00:00:00", "2026-01-01T00:07:00", 180)]
    [InlineData("0 0 1 1 *", "2026-01-01T00:00:00", "2026-01-01T00:00:00", 365 * 86_400)]
    [InlineData("0 0 30 2 *", "2026-01-01T00:00:00", "2026-01-01T00:00:00", null)]
    [InlineData("", "2026-01-01T00:00:00", "2026-01-01T00:00:00", null)]
    [InlineData("* * * * *", "2026-01-01T00:05:00", "2026-01-01T00:01:00", 240)]
    [InlineData("CRON_TZ=America/New_York 30 2 * * *", "2026-03-08T06:00:00", "2026-03-08T06:00:00", (24 * 3_600) + 1_800)]
    public void NextBackoff_StartAndClose_WaitsForTheNextTimeAfterBoth(string cron, string start, string close, int? seconds)
    {
        var backoff = CronSpec.NextBackoff(cron, Utc(start), Utc(close));

        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, backoff);
    }

    [Fact]
    public void Validate_Invalid_SaysWhy()
    {
        Assert.Equal("invalid CronSchedule.", Assert.Throws<RpcFailure>(() => CronSpec.Validate("bad", default)).Message);
        Assert.Equal(
            "invalid CronSchedule, no time can be found to satisfy the schedule",
            Assert.Throws<RpcFailure>(() => CronSpec.Validate("0 0 30 2 *", Utc("2026-01-01T00:00:00"))).Message);
    }

    [Fact]
    public void NextBackoff_AnyTimes_IsWholeSecondsAndNotNegative() =>
        Gen.Select(Gen.Int[0, 2_000_000_000], Gen.Int[0, 100_000], Gen.Int[1, 5_000]).Sample((start, later, every) =>
        {
            var at = DateTimeOffset.FromUnixTimeSeconds(start);
            var wait = CronSpec.NextBackoff($"@every {every}s", at, at.AddMilliseconds(later))!.Value;
            return wait >= TimeSpan.Zero && wait <= TimeSpan.FromSeconds(every + 1) && wait.Ticks % TimeSpan.TicksPerSecond == 0;
        });

    [Fact]
    public async Task NextBackoff_RecordedCrons_WaitsAsOnTheGenuineServer()
    {
        if (Environment.GetEnvironmentVariable("IDP_RECORD_GOLDENS") == "1")
        {
            var cases = await AskGenuineAsync(seed: 1);
            await File.WriteAllTextAsync(Golden, JsonSerializer.Serialize(cases), TestContext.Current.CancellationToken);
        }

        AssertSame(JsonSerializer.Deserialize<List<CronCase>>(await File.ReadAllTextAsync(Golden, TestContext.Current.CancellationToken))!);
    }

    [Fact]
    public async Task NextBackoff_FreshCrons_WaitsAsOnTheGenuineServer() => AssertSame(await AskGenuineAsync(Environment.TickCount));

    private static void AssertSame(List<CronCase> cases)
    {
        Assert.Equal(Asked, cases.Count);
        Assert.Multiple([.. cases.Select(c => (Action)(() =>
        {
            var wait = CronSpec.NextBackoff(c.Cron, c.At, c.At);

            // The genuine server looks at its clock twice; a second may lie between.
            Assert.True(
                wait is null == c.Wait is null && (wait - c.Wait)?.Duration() is null or { TotalSeconds: <= 1 },
                $"{c}: we wait {wait}");
        }))]);
    }

    private static async Task<List<CronCase>> AskGenuineAsync(int seed)
    {
        var temporal = await TemporalTools.FindAsync("temporal", TestContext.Current.CancellationToken);
        Assert.SkipWhen(temporal is null, TemporalTools.Missing);
        await using var environment = await WorkflowEnvironment.StartLocalAsync(new() { DevServerOptions = new() { ExistingPath = temporal } });
        var random = new Random(seed);
        var cases = new List<CronCase>();
        while (cases.Count < Asked)
        {
            var cron = cases.Count < Shorthands.Length ? Shorthands[cases.Count] : Fields(random);
            cases.Add(await AskAsync(environment.Client, cron));
        }

        return cases;
    }

    private static async Task<CronCase> AskAsync(ITemporalClient client, string cron)
    {
        try
        {
            var handle = await client.StartWorkflowAsync("W", [], new($"cron-{Guid.NewGuid()}", "nobody") { CronSchedule = cron });
            var started = (await handle.FetchHistoryAsync()).Events.First();
            return new CronCase(
                cron, started.EventTime.ToDateTimeOffset(), started.WorkflowExecutionStartedEventAttributes.FirstWorkflowTaskBackoff.ToTimeSpan());
        }
        catch (RpcException)
        {
            return new CronCase(cron, DateTimeOffset.UnixEpoch, null);
        }
    }

    private static string Fields(Random random)
    {
        string[] zones = ["", "", "", "CRON_TZ=Europe/Berlin ", "TZ=America/Sao_Paulo ", "CRON_TZ=Asia/Kathmandu ", "CRON_TZ=Australia/Lord_Howe "];
        return zones[random.Next(zones.Length)]
            + string.Join(' ', Field(0, 59), Field(0, 23), Field(1, 31), Field(1, 12), Field(0, 6));

        string Field(int min, int max)
        {
            var first = random.Next(min, max + 1);
            return random.Next(7) switch
            {
                < 3 => "*",
                3 => string.Create(CultureInfo.InvariantCulture, $"*/{random.Next(1, 9)}"),
                4 => string.Create(CultureInfo.InvariantCulture, $"{first}-{random.Next(first, max + 1)}/{random.Next(1, 5)}"),
                5 => string.Create(CultureInfo.InvariantCulture, $"{first},{random.Next(min, max + 1)}"),
                _ => first.ToString(CultureInfo.InvariantCulture),
            };
        }
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text + "Z", CultureInfo.InvariantCulture);
}
