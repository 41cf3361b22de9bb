using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Idp.DevServer.Tests.Differential;

/// <summary>Plays every scenario once on each engine that is asked for, many at a time: they mostly wait.</summary>
public sealed class ScenarioRuns : IAsyncDisposable
{
    private const int AtOnce = 24;

    // The genuine server takes half a minute to delete a run; the others write 50,000 events, or wait for a few timeouts of a second each.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private const int AtOnceAgain = 8;

    private readonly ConcurrentDictionary<Engine, Lazy<Task<Dictionary<string, Task<JsonObject>>>>> _runs = new();
    private readonly ConcurrentDictionary<(Engine, Setup), Lazy<Task<ServerUnderTest>>> _spares = new();
    private readonly SemaphoreSlim _again = new(AtOnceAgain);
    private readonly ConcurrentBag<ServerUnderTest> _servers = [];

    /// <returns>What the scenario saw on that engine, normalised.</returns>
    public async Task<JsonObject> TranscriptAsync(Engine engine, string scenario)
    {
        var runs = await _runs.GetOrAdd(engine, key => new(() => StartAsync(key))).Value;
        return await runs[scenario];
    }

    /// <summary>Plays a scenario once more, on a fresh server, when all others are done and the machine is calm.</summary>
    public async Task<JsonObject> TranscriptAgainAsync(Engine engine, string scenario)
    {
        var runs = await _runs.GetOrAdd(engine, key => new(() => StartAsync(key))).Value;
        await Task.WhenAll(runs.Values).ContinueWith(_ => { }, TaskScheduler.Default);
        var story = Scenario.All.Single(candidate => candidate.Name == scenario);
        var server = await _spares.GetOrAdd((engine, story.Setup), key => new(() => ServerAsync(key.Item1, key.Item2))).Value;
        return await PlayAsync(server, story, _again);
    }

    public async ValueTask DisposeAsync()
    {
        _again.Dispose();
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private async Task<Dictionary<string, Task<JsonObject>>> StartAsync(Engine engine)
    {
        var servers = new Dictionary<Setup, ServerUnderTest>();
        foreach (var setup in Scenario.All.Select(scenario => scenario.Setup).Distinct())
        {
            servers[setup] = await ServerAsync(engine, setup);
        }

        var gate = new SemaphoreSlim(AtOnce);
        return Scenario.All.ToDictionary(scenario => scenario.Name, scenario => PlayAsync(servers[scenario.Setup], scenario, gate), StringComparer.Ordinal);
    }

    private async Task<ServerUnderTest> ServerAsync(Engine engine, Setup setup)
    {
        var server = await ServerUnderTest.StartAsync(engine, setup, CancellationToken.None);
        _servers.Add(server);
        return server;
    }

    private static async Task<JsonObject> PlayAsync(ServerUnderTest server, Scenario scenario, SemaphoreSlim gate)
    {
        await gate.WaitAsync();
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            var session = new Session(server, scenario.Name, limit.Token);
            try
            {
                await Task.Run(() => scenario.PlayAsync(session), CancellationToken.None).WaitAsync(limit.Token);
            }
            catch (Exception failure)
            {
                throw new ScenarioFailedException(session.Transcript(), failure);
            }

            return session.Transcript();
        }
        finally
        {
            gate.Release();
        }
    }
}
