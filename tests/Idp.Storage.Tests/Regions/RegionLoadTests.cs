using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Telemetry;
using Idp.Embedded;
using Idp.Storage.Regions;
using Npgsql;

namespace Idp.Storage.Tests.Regions;

/// <summary>On a server of its own, since all of its sessions count.</summary>
public sealed class RegionLoadTests : IAsyncLifetime
{
    private static readonly RegionId Ireland = RegionId.Parse("eu-west-1");
    private static readonly TimeSpan Quickly = TimeSpan.FromMilliseconds(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("idp-load-");
    private readonly List<NpgsqlConnection> _sessions = [];
    private PostgresCluster _cluster = null!;
    private NpgsqlDataSource _data = null!;
    private int _asked;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RegionStore Store => new(Ireland, _data);

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101); // The server runs as another account when we are root.
        }

        _cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { DataFolder = Path.Combine(_folder.FullName, "postgres"), Name = "load", Durable = false, MaxConnections = 40 }, CancellationToken.None);
        _data = NpgsqlDataSource.Create(_cluster.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }

        await _data.DisposeAsync();
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Sample_SessionsOfEachKind_CountsThoseInsideStatements()
    {
        await using var holder = await SessionAsync(); // Idle in its transaction.
        await using var lockTransaction = await holder.BeginTransactionAsync(Cancel);
        await RunAsync(holder, "SELECT pg_advisory_xact_lock(1)");
        Task[] waiting = [.. Enumerable.Range(0, 3).Select(_ => InSessionAsync("SELECT pg_advisory_xact_lock_shared(1)"))];
        var looping = InSessionAsync("DO $$ BEGIN LOOP END LOOP; END $$");
        await SessionAsync(); // Idle.
        await UntilAsync("SELECT count(*) FILTER (WHERE wait_event = 'advisory') = 3 AND count(*) FILTER (WHERE query LIKE 'DO %' AND state = 'active') = 1 FROM pg_stat_activity");

        var samples = await SampleAsync(20);

        Assert.All(samples, sample => Assert.Equal((4, 1, 40), (sample.Sessions, sample.Running, sample.MaxConnections)));
        Assert.All(samples, sample => Assert.Equal(6 + 1, sample.Connections));
        var minute = LoadMinute.Of(Ireland, DateTimeOffset.UnixEpoch, samples);
        Assert.Equal((4.0, 1.0), (minute.Sessions, minute.Running));

        await AskAsync<bool>("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DO %' AND state = 'active'");
        await Assert.ThrowsAsync<PostgresException>(() => looping);
        await lockTransaction.RollbackAsync(Cancel);
        await Task.WhenAll(waiting);
        Assert.All(await SampleAsync(2), sample => Assert.Equal((0, 0), (sample.Sessions, sample.Running)));
    }

    [Fact]
    public async Task Sample_SessionsThatComeAndGo_AgreesWithWhatTheServerTook()
    {
        const int Sessions = 6;
        const int Samples = 400;
        var enough = new CancellationTokenSource();
        var random = new Random(7);
        int[] seeds = [.. Enumerable.Range(0, Sessions).Select(_ => random.Next())];
        var working = seeds.Select(seed => WorkAsync(new Random(seed), enough.Token)).ToArray();
        var samples = await SampleAsync(Samples);
        await enough.CancelAsync();
        var took = (await Task.WhenAll(working)).SelectMany(spans => spans).ToArray();

        var (from, to) = (samples[0].At.UtcDateTime, samples[^1].At.UtcDateTime);
        var inside = took.Sum(span => Math.Max(0, (Min(span.To, to) - Max(span.From, from)).TotalSeconds));
        var independent = inside / (to - from).TotalSeconds;

        // Each session is inside with some probability, so one sample varies by at most half a session each. Samples closer than a statement
        // repeat each other: about one in each 40 ms is new. Five standard errors.
        var fresh = Math.Min(Samples, (to - from).TotalSeconds / 0.04);
        var tolerance = 5 * Math.Sqrt(Sessions / 4.0 / fresh);
        Assert.InRange(samples.Average(sample => sample.Sessions), independent - tolerance, independent + tolerance);
        Assert.True(tolerance < Sessions / 2.0, $"{Samples} samples in {to - from} say too little.");
    }

    [Fact]
    public async Task Sample_RoleThatSeesOnlyItself_IsRefusedUntilItMaySeeAll()
    {
        await AskAsync<object>("CREATE ROLE blind LOGIN PASSWORD 'x'");
        await using var blind = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_cluster.ConnectionString) { Username = "blind", Password = "x" }.ConnectionString);
        var store = new RegionStore(Ireland, blind);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(async () => await store.SampleLoadAsync(1, Quickly, Cancel).ToListAsync(Cancel));
        Assert.Contains("GRANT pg_read_all_stats", refused.Message, StringComparison.Ordinal);

        await AskAsync<object>("GRANT pg_read_all_stats TO blind");
        Assert.Single(await store.SampleLoadAsync(1, Quickly, Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Sample_ServerThatRestarts_EndsAndBeginsAnewWithoutHugeRates()
    {
        await TransactAsync(500);
        await using var window = Store.SampleLoadAsync(3, Quickly, Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await window.MoveNextAsync());
        var before = window.Current;

        await _cluster.KillAsync();
        await _cluster.RestartAsync(Cancel);

        await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await window.MoveNextAsync());
        NpgsqlConnection.ClearAllPools();
        var after = await SampleAsync(3);
        Assert.True(after[0].Transactions < before.Transactions); // A crash loses the counters.
        Assert.Null(LoadMinute.Of(Ireland, DateTimeOffset.UnixEpoch, [before, .. after]).TransactionsPerSecond);
        Assert.InRange(LoadMinute.Of(Ireland, DateTimeOffset.UnixEpoch, after).TransactionsPerSecond!.Value, 0, 100 / Quickly.TotalSeconds);
    }

    [Fact]
    public async Task Sample_Transactions_AreTheDifferenceUnlessStatisticsWereReset()
    {
        var first = (await SampleAsync(1))[0];
        await TransactAsync(500);
        var second = (await SampleAsync(1))[0];
        var rate = LoadMinute.Of(Ireland, DateTimeOffset.UnixEpoch, [first, second]).TransactionsPerSecond!.Value;

        // What this test asks besides, and the server's own housekeeping.
        Assert.InRange(rate * (second.At - first.At).TotalSeconds, 499, 600 + _asked);

        await AskAsync<object>("SELECT pg_stat_reset()");
        await TransactAsync(2_000); // More than before the reset: only the time of the reset tells.
        var third = (await SampleAsync(1))[0];
        Assert.True(third.Transactions > second.Transactions);
        Assert.Null(LoadMinute.Of(Ireland, DateTimeOffset.UnixEpoch, [second, third]).TransactionsPerSecond);
    }

    private async Task<ImmutableArray<LoadSample>> SampleAsync(int count) => [.. await Store.SampleLoadAsync(count, Quickly, Cancel).ToListAsync(Cancel)];

    // By the server's own clock: what the client sees also holds the way.
    private async Task<List<(DateTime From, DateTime To)>> WorkAsync(Random random, CancellationToken enough)
    {
        var session = await SessionAsync();
        var spans = new List<(DateTime, DateTime)>();
        while (!enough.IsCancellationRequested)
        {
            await using var sleep = new NpgsqlCommand("SELECT statement_timestamp(), clock_timestamp() FROM pg_sleep($1)", session)
            {
                Parameters = { new() { Value = random.NextDouble() * 0.04 } },
            };
            await using (var row = await sleep.ExecuteReaderAsync(Cancel))
            {
                await row.ReadAsync(Cancel);
                spans.Add((row.GetDateTime(0), row.GetDateTime(1)));
            }

            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 0.04), TimeProvider.System, Cancel);
        }

        return spans;
    }

    // A session reports what it has counted when it ends.
    private async Task TransactAsync(int count)
    {
        int pid;
        await using (var session = new NpgsqlConnection(_cluster.ConnectionString + ";Pooling=false"))
        {
            await session.OpenAsync(Cancel);
            pid = session.ProcessID;
            for (var done = 0; done < count; done++)
            {
                await RunAsync(session, "SELECT 1");
            }
        }

        await UntilAsync($"SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {pid})");
    }

    private async Task<NpgsqlConnection> SessionAsync()
    {
        var session = new NpgsqlConnection(_cluster.ConnectionString + ";Pooling=false");
        lock (_sessions)
        {
            _sessions.Add(session);
        }

        await session.OpenAsync(Cancel);
        return session;
    }

    private async Task InSessionAsync(string sql) => await RunAsync(await SessionAsync(), sql);

    private async Task UntilAsync(string condition)
    {
        while (!await AskAsync<bool>(condition))
        {
            Cancel.ThrowIfCancellationRequested();
        }
    }

    private async Task<T?> AskAsync<T>(string sql)
    {
        _asked++;
        await using var command = _data.CreateCommand(sql);
        return (T?)await command.ExecuteScalarAsync(Cancel);
    }

    private static async Task RunAsync(NpgsqlConnection session, string sql)
    {
#pragma warning disable CA2100 // Written in this file.
        await using var command = new NpgsqlCommand(sql, session);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static DateTime Min(DateTime a, DateTime b) => a < b ? a : b;

    private static DateTime Max(DateTime a, DateTime b) => a > b ? a : b;
}
